using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Admission.Webhooks;

/// <summary>Admission webhooks, called over HTTPS.</summary>
public sealed class WebhookTests
{
    private const string Group = "/apis/admissionregistration.k8s.io/v1/";

    [Fact]
    public async Task A_mutating_webhook_changes_the_object_before_it_is_validated_and_stored()
    {
        await using var hooks = await WebhookServer.StartAsync();
        await using var cluster = await TestCluster.StartAsync();
        hooks.Answer("/m", _ => Patch("""[{"op":"add","path":"/data/added","value":"yes"},{"op":"add","path":"/unknown","value":1}]"""));
        hooks.Answer("/v", request => new JsonObject { ["allowed"] = request["object"]!["data"]!["added"]?.ToString() == "yes" && request["object"]!["metadata"]!["uid"] is not null });
        await ConfigureAsync(cluster, "Mutating", Hook(hooks, "/m"));
        await ConfigureAsync(cluster, "Validating", Hook(hooks, "/v"));

        var created = await cluster.CreateAsync("x");

        Assert.True(created.Code == 201, created.Body);
        Assert.Equal("""{"a":"1","added":"yes"}""", created.Json["data"]!.ToText());
        Assert.Null(created.Json["unknown"]);
        Assert.Equal(2, hooks.Reviews.Count);
        await Eventually.Holds(() => Task.FromResult(cluster.Server.Audit.Writes.Any(entry => entry.Name == "x")));
        var annotations = cluster.Server.Audit.Writes.Single(entry => entry.Name == "x").Annotations!;
        Assert.Equal("""{"configuration":"c","webhook":"w.example.com","mutated":true}""", annotations["mutation.webhook.admission.k8s.io/round_0_index_0"]);
    }

    [Theory]
    [InlineData("Mutating")]
    [InlineData("Validating")]
    public async Task A_webhook_denies_warns_and_annotates(string type)
    {
        await using var hooks = await WebhookServer.StartAsync();
        await using var cluster = await TestCluster.StartAsync();
        hooks.Answer("/", _ => new JsonObject
        {
            ["allowed"] = false,
            ["status"] = new JsonObject { ["code"] = 403, ["reason"] = "Forbidden", ["message"] = "not today" },
            ["warnings"] = new JsonArray("mind the gap"),
            ["auditAnnotations"] = new JsonObject { ["why"] = "because" },
        });
        await ConfigureAsync(cluster, type, Hook(hooks, "/"));

        using var content = new StringContent(TestCluster.ConfigMap("x"), Encoding.UTF8, "application/json");
        using var response = await cluster.Http.PostAsync(TestCluster.ConfigMaps, content, TestContext.Current.CancellationToken);

        Assert.Equal(403, (int)response.StatusCode);
        var status = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal(("admission webhook \"w.example.com\" denied the request: not today", "Forbidden"), (status["message"]!.GetValue<string>(), status["reason"]!.GetValue<string>()));
        Assert.Equal("299 - \"mind the gap\"", Assert.Single(response.Headers.GetValues("Warning")));
        await Eventually.Holds(() => Task.FromResult(cluster.Server.Audit.Writes.Any(entry => entry.Name == "x")));
        Assert.Equal("because", cluster.Server.Audit.Writes.Single(entry => entry.Name == "x").Annotations!["w.example.com/why"]);
    }

    [Theory]
    [InlineData("/hangs", "failed to call webhook: Post \"URL/hangs?timeout=1s\": context deadline exceeded")]
    [InlineData("/missing", "failed to call webhook: the server could not find the requested resource")]
    [InlineData("/fails", "failed to call webhook: an error on the server (\"boom\") has prevented the request from succeeding")]
    [InlineData("/nonsense", "failed to call webhook: couldn't get version/kind; json parse error: ")]
    [InlineData("/empty", "received invalid webhook response: webhook response was absent")]
    [InlineData("/huge", "failed to call webhook: Post \"URL/huge?timeout=1s\": ")]
    [InlineData("/cut", "failed to call webhook: Post \"URL/cut?timeout=1s\": EOF")]
    public async Task A_webhook_that_cannot_be_called_fails_the_request_or_is_ignored(string path, string why)
    {
        await using var hooks = await WebhookServer.StartAsync();
        await using var cluster = await TestCluster.StartAsync();
        var end = new TaskCompletionSource();
        hooks.AnswerRaw("/hangs", (http, _) => end.Task.WaitAsync(http.RequestAborted));
        hooks.AnswerRaw("/fails", (http, _) =>
        {
            http.Response.StatusCode = 500;
            return http.Response.WriteAsync("boom");
        });
        hooks.AnswerRaw("/nonsense", (http, _) => http.Response.WriteAsync("<html>"));
        hooks.AnswerRaw("/empty", (http, _) => http.Response.WriteAsync("{}"));
        hooks.AnswerRaw("/huge", async (http, _) =>
        {
            http.Response.ContentLength = 1L << 30;
            await http.Response.WriteAsync("{");
        });
        hooks.AnswerRaw("/cut", (http, _) =>
        {
            http.Abort();
            return Task.CompletedTask;
        });
        foreach (var type in new[] { "Mutating", "Validating" })
        {
            await ConfigureAsync(cluster, type, Hook(hooks, path));
            var failed = await cluster.CreateAsync("x");
            failed.AssertStatus(500);
            Assert.StartsWith(
                "Internal error occurred: failed calling webhook \"w.example.com\": " + why.Replace("URL", hooks.Url.ToString().TrimEnd('/'), StringComparison.Ordinal),
                failed.Json["message"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.Equal("InternalError", failed.Json["reason"]!.GetValue<string>());

            await RemoveAsync(cluster, type);
            await ConfigureAsync(cluster, type, Hook(hooks, path, ""","failurePolicy":"Ignore" """));
            Assert.Equal(201, (await cluster.CreateAsync("ignored-" + type.ToLowerInvariant())).Code);
            await RemoveAsync(cluster, type);
        }
    }

    [Fact]
    public async Task A_webhook_must_show_a_certificate_of_its_bundle()
    {
        await using var hooks = await WebhookServer.StartAsync();
        await using var other = await WebhookServer.StartAsync();
        await using var cluster = await TestCluster.StartAsync();
        await ConfigureAsync(cluster, "Validating", Hook(hooks, "/").Replace(hooks.CaBundle, other.CaBundle, StringComparison.Ordinal));
        Assert.EndsWith("tls: failed to verify certificate: x509: certificate signed by unknown authority", (await cluster.CreateAsync("x")).Json["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_of_a_service_is_called_at_the_address_of_the_service()
    {
        await using var hooks = await WebhookServer.StartAsync("hooks.default.svc");
        await using var cluster = await TestCluster.StartAsync(new DevClusterOptions { ServiceAddresses = new Dictionary<string, string> { ["default/hooks"] = hooks.Url.Authority } });
        hooks.Answer("/s", _ => new JsonObject { ["allowed"] = false, ["status"] = new JsonObject { ["message"] = "reached" } });
        string Service(string name) => $$"""{"caBundle":"{{hooks.CaBundle}}","service":{"namespace":"default","name":"{{name}}","path":"/s"} }""";
        await ConfigureAsync(cluster, "Validating", Hook(hooks, "/", client: Service("hooks")));
        Assert.Equal("admission webhook \"w.example.com\" denied the request: reached", (await cluster.CreateAsync("x")).Json["message"]!.GetValue<string>());

        await RemoveAsync(cluster, "Validating");
        await ConfigureAsync(cluster, "Validating", Hook(hooks, "/", client: Service("nowhere")));
        Assert.StartsWith(
            "Internal error occurred: failed calling webhook \"w.example.com\": failed to call webhook: Post \"https://nowhere.default.svc:443/s?timeout=1s\": service \"nowhere\" not found",
            (await cluster.CreateAsync("x")).Json["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_dry_run_only_webhooks_without_side_effects_are_called()
    {
        await using var hooks = await WebhookServer.StartAsync();
        await using var cluster = await TestCluster.StartAsync();
        hooks.Answer("/", request => new JsonObject { ["allowed"] = request["dryRun"]!.GetValue<bool>() });
        await ConfigureAsync(cluster, "Validating", Hook(hooks, "/"));
        Assert.Equal(201, (await cluster.SendAsync(HttpMethod.Post, TestCluster.ConfigMaps + "?dryRun=All", TestCluster.ConfigMap("x"))).Code);
        (await cluster.CreateAsync("x")).AssertStatus(400);
    }

    [Theory]
    [InlineData("IfNeeded", 2)]
    [InlineData("Never", 1)]
    public async Task A_webhook_is_called_again_if_it_wants_to_see_later_changes(string policy, int calls)
    {
        await using var hooks = await WebhookServer.StartAsync();
        await using var cluster = await TestCluster.StartAsync();
        hooks.Answer("/first", _ => new JsonObject { ["allowed"] = true });
        hooks.Answer("/second", _ => Patch("""[{"op":"add","path":"/data/b","value":"2"}]"""));
        await ConfigureAsync(cluster, "Mutating", Hook(hooks, "/first", $$""","reinvocationPolicy":"{{policy}}" """, name: "a.example.com") + "," + Hook(hooks, "/second", name: "b.example.com"));
        Assert.Equal(201, (await cluster.CreateAsync("x")).Code);
        Assert.Equal(calls + 1, hooks.Reviews.Count);
        Assert.Equal("2", hooks.Reviews.Last()["request"]!["object"]!["data"]!["b"]?.GetValue<string>() ?? (calls == 1 ? "2" : "absent"));
    }

    [Theory]
    [InlineData(""","matchConditions":[{"name":"n","expression":"object.metadata.name == 'y'"}]""", 0, 201)]
    [InlineData(""","matchConditions":[{"name":"n","expression":"object.metadata.name == 'x'"}]""", 1, 201)]
    [InlineData(""","matchConditions":[{"name":"n","expression":"object.no.such"}]""", 0, 403)]
    [InlineData(""","matchConditions":[{"name":"n","expression":"object.no.such"}],"failurePolicy":"Ignore" """, 0, 201)]
    [InlineData(""","namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"other"} }""", 0, 201)]
    [InlineData(""","namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"default"} }""", 1, 201)]
    [InlineData(""","objectSelector":{"matchLabels":{"a":"b"} }""", 0, 201)]
    public async Task A_webhook_is_called_where_it_matches(string more, int calls, int code)
    {
        await using var hooks = await WebhookServer.StartAsync();
        await using var cluster = await TestCluster.StartAsync();
        hooks.Answer("/", _ => new JsonObject { ["allowed"] = true });
        await ConfigureAsync(cluster, "Validating", Hook(hooks, "/", more));
        Assert.Equal((code, calls), ((await cluster.CreateAsync("x")).Code, hooks.Reviews.Count));
    }

    [Fact]
    public async Task Deletions_are_asked_about_with_the_old_object_and_configurations_are_not()
    {
        await using var hooks = await WebhookServer.StartAsync();
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync("x");
        hooks.Answer("/", _ => new JsonObject { ["allowed"] = false });
        await ConfigureAsync(cluster, "Validating", Hook(hooks, "/").Replace("\"configmaps\"", "\"*\"", StringComparison.Ordinal).Replace("[\"\"]", "[\"*\"]", StringComparison.Ordinal));

        (await cluster.SendAsync(HttpMethod.Delete, TestCluster.ConfigMaps + "/x?propagationPolicy=Orphan")).AssertStatus(400);
        (await cluster.SendAsync(HttpMethod.Delete, TestCluster.ConfigMaps)).AssertStatus(400);

        var request = hooks.Reviews.First()["request"]!;
        Assert.Equal("DELETE", request["operation"]!.GetValue<string>());
        Assert.Null(request["object"]);
        Assert.Equal("x", request["oldObject"]!["metadata"]!["name"]!.GetValue<string>());
        Assert.Equal("""{"kind":"DeleteOptions","apiVersion":"meta.k8s.io/v1","propagationPolicy":"Orphan"}""", request["options"]!.ToText());
        await RemoveAsync(cluster, "Validating");
        Assert.Equal(200, (await cluster.SendAsync(HttpMethod.Delete, TestCluster.ConfigMaps + "/x")).Code);
    }

    [Theory]
    [InlineData("""{"name":"short"}""", "webhooks[0].name", "Invalid value: \"short\": should be a domain with at least three segments separated by dots")]
    [InlineData("""{"sideEffects":"Some"}""", "webhooks[0].sideEffects", "Unsupported value: \"Some\": supported values: \"None\", \"NoneOnDryRun\"")]
    [InlineData("""{"timeoutSeconds":31}""", "webhooks[0].timeoutSeconds", "Invalid value: 31: the timeout value must be between 1 and 30 seconds")]
    [InlineData("""{"clientConfig":{}}""", "webhooks[0].clientConfig", "Required value: exactly one of url or service is required")]
    [InlineData("""{"clientConfig":{"url":"http://a/b"}}""", "webhooks[0].clientConfig.url", "Invalid value: \"http://a/b\": 'https' is the only allowed URL scheme; desired format: https://host[:port]/path")]
    [InlineData("""{"admissionReviewVersions":["v9"]}""", "webhooks[0].admissionReviewVersions", "Invalid value: [\"v9\"]: must include at least one of v1, v1beta1")]
    [InlineData("""{"rules":[{"operations":["LIST"],"apiGroups":["*"],"apiVersions":["*"],"resources":["*"]}]}""", "webhooks[0].rules[0].operations[0]",
        "Unsupported value: \"LIST\": supported values: \"*\", \"CONNECT\", \"CREATE\", \"DELETE\", \"UPDATE\"")]
    public async Task A_configuration_that_cannot_work_is_refused(string change, string field, string message)
    {
        await using var cluster = await TestCluster.StartAsync();
        var webhook = JsonNode.Parse("""{"name":"w.example.com","clientConfig":{"url":"https://127.0.0.1:1/"},"sideEffects":"None","admissionReviewVersions":["v1"]}""")!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(change)!.AsObject())
            webhook[name] = value!.DeepClone();
        var refused = await cluster.SendAsync(HttpMethod.Post, Group + "validatingwebhookconfigurations", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "c" }, ["webhooks"] = new JsonArray(webhook) }.ToJsonString());
        refused.AssertStatus(422);
        var cause = Assert.Single(refused.Json["details"]!["causes"]!.AsArray())!;
        Assert.Equal((field, message), (cause["field"]!.GetValue<string>(), cause["message"]!.GetValue<string>()));
    }

    private static JsonObject Patch(string operations) => new()
    {
        ["allowed"] = true,
        ["patchType"] = "JSONPatch",
        ["patch"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(operations)),
    };

    private static async Task ConfigureAsync(TestCluster cluster, string type, string webhooks)
    {
        var created = await cluster.SendAsync(HttpMethod.Post, $"{Group}{type.ToLowerInvariant()}webhookconfigurations",
            $$"""{"apiVersion":"admissionregistration.k8s.io/v1","kind":"{{type}}WebhookConfiguration","metadata":{"name":"c"},"webhooks":[{{webhooks}}]}""");
        Assert.True(created.Code == 201, created.Body);
    }

    private static async Task RemoveAsync(TestCluster cluster, string type) =>
        Assert.Equal(200, (await cluster.SendAsync(HttpMethod.Delete, $"{Group}{type.ToLowerInvariant()}webhookconfigurations/c")).Code);

    private static string Hook(WebhookServer server, string path, string more = "", string name = "w.example.com", string? client = null) => $$"""
        {"name":"{{name}}","clientConfig":{{client ?? $$"""{"url":"{{server.Url.ToString().TrimEnd('/')}}{{path}}","caBundle":"{{server.CaBundle}}"}"""}},"sideEffects":"None","admissionReviewVersions":["v1"],"timeoutSeconds":1,
         "rules":[{"operations":["*"],"apiGroups":[""],"apiVersions":["v1"],"resources":["configmaps"]}]{{more}} }
        """;
}
