using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Admission.Policies;

/// <summary>ValidatingAdmissionPolicies and their bindings, over HTTP.</summary>
public sealed class ValidatingPolicyTests
{
    private const string Group = "/apis/admissionregistration.k8s.io/v1/";
    private const string Policies = Group + "validatingadmissionpolicies";
    private const string Bindings = Group + "validatingadmissionpolicybindings";

    [Fact]
    public async Task A_failed_validation_denies_the_request_in_the_words_of_a_real_server()
    {
        await using var cluster = await WithPolicyAsync("""{"expression":"object.data.a == '2'"}""");

        var denied = await cluster.CreateAsync("x");

        denied.AssertStatus(422);
        const string Why = "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed expression: object.data.a == '2'";
        Assert.Equal($"configmaps \"x\" is forbidden: {Why}", denied.Json["message"]!.GetValue<string>());
        Assert.Equal("Invalid", denied.Json["reason"]!.GetValue<string>());
        Assert.Equal($$"""{"name":"x","kind":"configmaps","causes":[{"message":"{{Why}}"}]}""", denied.Json["details"]!.ToText());
        Assert.Equal(404, (await cluster.GetAsync(TestCluster.ConfigMaps + "/x")).Code);
    }

    [Theory]
    [InlineData("""{"expression":"false","message":"no way","reason":"Forbidden"}""", 403, "no way")]
    [InlineData("""{"expression":"false","message":"no way","reason":"RequestEntityTooLarge"}""", 413, "no way")]
    [InlineData("""{"expression":"false","message":"no way","messageExpression":"'no ' + object.metadata.name"}""", 422, "no x")]
    [InlineData("""{"expression":"false","message":"no way","messageExpression":"object.nothing"}""", 422, "no way")]
    [InlineData("""{"expression":"false","message":"no way","messageExpression":"'two\\nlines'"}""", 422, "no way")]
    [InlineData("""{"expression":"object.data.missing == '1'"}""", 422, "expression 'object.data.missing == '1'' resulted in error: no such key: missing")]
    [InlineData("""{"expression":"variables.two == 3"}""", 422, "failed expression: variables.two == 3")]
    [InlineData("""{"expression":"variables.broken"}""", 422, "expression 'variables.broken' resulted in error: composited variable \"broken\" fails to evaluate: no such key: broken")]
    [InlineData("""{"expression":"request.operation == 'CREATE' && request.name == 'x' && request.namespace == 'default' && request.userInfo.username == 'kubernetes-admin' && !request.dryRun"}""", 201, "")]
    [InlineData("""{"expression":"oldObject == null && namespaceObject.metadata.name == 'default' && request.resource.resource == 'configmaps'"}""", 201, "")]
    [InlineData("""{"expression":"authorizer.group('').resource('configmaps').namespace('default').check('create').allowed() && authorizer.requestResource.check('create').allowed()"}""", 201, "")]
    public async Task A_validation_has_its_message_reason_and_variables(string validation, int code, string message)
    {
        await using var cluster = await WithPolicyAsync(
            validation, ""","variables":[{"name":"one","expression":"1"},{"name":"two","expression":"variables.one + 1"},{"name":"broken","expression":"object.broken"}]""");

        var answer = await cluster.CreateAsync("x");

        Assert.True(answer.Code == code, answer.Body);
        if (code != 201)
            Assert.EndsWith("denied request: " + message, answer.Json["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE")]
    [InlineData("DELETE")]
    public async Task Changes_and_deletions_are_judged_too(string operation)
    {
        await using var cluster = await WithPolicyAsync("""{"expression":"request.operation == 'CREATE' || has(oldObject.data.free)"}""", operations: $"\"CREATE\",\"{operation}\"");
        Assert.Equal(201, (await cluster.CreateAsync("x")).Code);

        var denied = operation == "DELETE"
            ? await cluster.SendAsync(HttpMethod.Delete, TestCluster.ConfigMaps + "/x")
            : await cluster.SendAsync(HttpMethod.Patch, TestCluster.ConfigMaps + "/x", """{"data":{"b":"1"}}""", "application/merge-patch+json");

        denied.AssertStatus(422);
        var (verb, other) = operation == "DELETE" ? (HttpMethod.Put, HttpMethod.Delete) : (HttpMethod.Delete, HttpMethod.Delete);
        Assert.Equal(200, (await cluster.SendAsync(verb, TestCluster.ConfigMaps + "/x", verb == HttpMethod.Put ? """{"metadata":{"name":"x"},"data":{"free":"1"}}""" : null)).Code);
        if (operation == "DELETE")
            Assert.Equal(200, (await cluster.SendAsync(other, TestCluster.ConfigMaps + "/x")).Code);
    }

    [Fact]
    public async Task A_policy_may_only_warn_and_note_it_down()
    {
        await using var cluster = await WithPolicyAsync(
            """{"expression":"false","message":"no way"}""", ""","auditAnnotations":[{"key":"name","valueExpression":"'it is ' + object.metadata.name"},{"key":"none","valueExpression":"null"}]""", actions: "\"Warn\",\"Audit\"");

        using var content = new StringContent(TestCluster.ConfigMap("x"), System.Text.Encoding.UTF8, "application/json");
        using var response = await cluster.Http.PostAsync(TestCluster.ConfigMaps, content, TestContext.Current.CancellationToken);

        Assert.Equal(201, (int)response.StatusCode);
        Assert.Equal("299 - \"Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': no way\"", Assert.Single(response.Headers.GetValues("Warning")));
        await Eventually.Holds(() => Task.FromResult(cluster.Server.Audit.Writes.Any(entry => entry.Name == "x")));
        var annotations = cluster.Server.Audit.Writes.Single(entry => entry.Name == "x").Annotations!;
        Assert.Equal("it is x", annotations["p/name"]);
        Assert.Equal(
            """[{"message":"no way","policy":"p","binding":"b","expressionIndex":0,"validationActions":["Warn","Audit"]}]""",
            annotations["validation.policy.admission.k8s.io/validation_failure"]);
        Assert.Equal(2, annotations.Count);
    }

    [Theory]
    [InlineData("object.metadata.name == 'x'", "Fail", 422)]
    [InlineData("object.metadata.name == 'y'", "Fail", 201)]
    [InlineData("object.nothing.here", "Fail", 422)]
    [InlineData("object.nothing.here", "Ignore", 201)]
    public async Task A_policy_applies_where_its_conditions_hold(string condition, string failurePolicy, int code)
    {
        await using var cluster = await WithPolicyAsync(
            """{"expression":"false"}""", $$""","failurePolicy":"{{failurePolicy}}","matchConditions":[{"name":"c","expression":"{{condition}}"}]""");
        Assert.Equal(code, (await cluster.CreateAsync("x")).Code);
    }

    [Theory]
    [InlineData("""{"name":"limits","parameterNotFoundAction":"Deny"}""", 422, "failed expression: object.data.a == params.data.a")]
    [InlineData("""{"name":"other","parameterNotFoundAction":"Deny"}""", 422, "failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction")]
    [InlineData("""{"name":"other","parameterNotFoundAction":"Allow"}""", 201, "")]
    [InlineData("""{"selector":{"matchLabels":{"kind":"good"}},"parameterNotFoundAction":"Deny"}""", 201, "")]
    [InlineData("""{"selector":{},"parameterNotFoundAction":"Deny"}""", 422, "failed expression: object.data.a == params.data.a")]
    public async Task A_binding_gives_the_policy_its_parameters(string paramRef, int code, string message)
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.SendAsync(HttpMethod.Post, TestCluster.ConfigMaps, """{"metadata":{"name":"limits"},"data":{"a":"2"}}""");
        await cluster.SendAsync(HttpMethod.Post, TestCluster.ConfigMaps, """{"metadata":{"name":"same","labels":{"kind":"good"}},"data":{"a":"1"}}""");
        await CreateAsync(cluster, Policies, Policy("""{"expression":"object.data.a == params.data.a"}""", ""","paramKind":{"apiVersion":"v1","kind":"ConfigMap"}"""));
        await CreateAsync(cluster, Bindings, Binding($$"""{"policyName":"p","validationActions":["Deny"],"paramRef":{{paramRef}} }"""));

        var answer = await cluster.CreateAsync("x");

        Assert.True(answer.Code == code, answer.Body);
        if (code != 201)
            Assert.Equal($"configmaps \"x\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: {message}", answer.Json["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_policy_whose_parameters_are_of_no_known_kind_denies()
    {
        await using var cluster = await TestCluster.StartAsync();
        await CreateAsync(cluster, Policies, Policy("""{"expression":"params == null"}""", ""","paramKind":{"apiVersion":"example.com/v1","kind":"Limit"}"""));
        await CreateAsync(cluster, Bindings, Binding("""{"policyName":"p","validationActions":["Deny"],"paramRef":{"name":"a","parameterNotFoundAction":"Deny"} }"""));
        Assert.Equal(
            "configmaps \"x\" is forbidden: ValidatingAdmissionPolicy 'p' denied request: failed to configure policy: failed to find resource referenced by paramKind: 'example.com/v1, Kind=Limit'",
            (await cluster.CreateAsync("x")).Json["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_scale_of_an_object_is_judged_as_a_Scale()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.ApplyAsync("""
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
            """);
        await CreateAsync(cluster, Policies, Policy("""{"expression":"object.kind == 'Scale' && object.spec.replicas <= 3"}""", resources: "deployments/scale", operations: "\"UPDATE\""));
        await CreateAsync(cluster, Bindings, Binding("""{"policyName":"p","validationActions":["Deny"]}"""));
        const string Path = "/apis/apps/v1/namespaces/default/deployments/d/scale";

        Assert.Equal(200, (await cluster.SendAsync(HttpMethod.Patch, Path, """{"spec":{"replicas":3}}""", "application/merge-patch+json")).Code);
        (await cluster.SendAsync(HttpMethod.Patch, Path, """{"spec":{"replicas":4}}""", "application/merge-patch+json")).AssertStatus(422);
    }

    [Fact]
    public async Task A_policy_without_a_binding_and_one_that_is_deleted_judge_nothing()
    {
        await using var cluster = await TestCluster.StartAsync();
        await CreateAsync(cluster, Policies, Policy("""{"expression":"false"}"""));
        Assert.Equal(201, (await cluster.CreateAsync("before")).Code);
        await CreateAsync(cluster, Bindings, Binding("""{"policyName":"p","validationActions":["Deny"]}"""));
        (await cluster.CreateAsync("during")).AssertStatus(422);
        await cluster.SendAsync(HttpMethod.Delete, Policies + "/p");
        Assert.Equal(201, (await cluster.CreateAsync("after")).Code);
    }

    [Theory]
    [InlineData("""{"expression":"object.x ="}""", "", "spec.validations[0].expression", "Invalid value: \"object.x =\": compilation failed: ")]
    [InlineData("""{"expression":"foo.x"}""", "", "spec.validations[0].expression", "Invalid value: \"foo.x\": compilation failed: undeclared reference to 'foo'")]
    [InlineData("""{"expression":"params.x"}""", "", "spec.validations[0].expression", "Invalid value: \"params.x\": compilation failed: undeclared reference to 'params'")]
    [InlineData("""{"expression":"variables.x"}""", "", "spec.validations[0].expression", "Invalid value: \"variables.x\": compilation failed: undefined field 'x'")]
    [InlineData("""{"expression":"true","messageExpression":"authorizer.path('/a').check('get').reason()"}""", "", "spec.validations[0].messageExpression", "Invalid value: \"authorizer.path('/a').check('get').reason()\": compilation failed: undeclared reference to 'authorizer'")]
    [InlineData("""{"expression":"Object{} == null"}""", "", "spec.validations[0].expression", "Invalid value: \"Object{} == null\": compilation failed: undeclared reference to 'Object'")]
    [InlineData("""{"expression":""}""", "", "spec.validations[0].expression", "Required value: expression is not specified")]
    [InlineData("""{"expression":"true","reason":"Because"}""", "", "spec.validations[0].reason", "Unsupported value: \"Because\": supported values: \"Forbidden\", \"Invalid\", \"RequestEntityTooLarge\", \"Unauthorized\"")]
    [InlineData("""{"expression":"true"}""", ""","variables":[{"name":"1a","expression":"1"}]""", "spec.variables[0].name", "Invalid value: \"1a\": name is not a valid CEL identifier")]
    [InlineData("""{"expression":"true"}""", ""","matchConditions":[{"name":"c","expression":"bar"}]""", "spec.matchConditions[0].expression", "Invalid value: \"bar\": compilation failed: undeclared reference to 'bar'")]
    public async Task A_policy_that_cannot_work_is_refused(string validation, string more, string field, string message)
    {
        await using var cluster = await TestCluster.StartAsync();
        var refused = await cluster.SendAsync(HttpMethod.Post, Policies, Policy(validation, more));
        refused.AssertStatus(422);
        var cause = Assert.Single(refused.Json["details"]!["causes"]!.AsArray())!;
        Assert.Equal(field, cause["field"]!.GetValue<string>());
        Assert.StartsWith(message, cause["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"policyName":"p"}""", "spec.validationActions", "Required value: at least one validation action is required")]
    [InlineData("""{"policyName":"p","validationActions":["Deny","Warn"]}""", "spec.validationActions",
        "Invalid value: [\"Deny\",\"Warn\"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)")]
    [InlineData("""{"policyName":"p","validationActions":["Deny"],"paramRef":{"parameterNotFoundAction":"Allow"} }""", "spec.paramRef", "Required value: one of name or selector must be specified")]
    public async Task A_binding_that_cannot_work_is_refused(string spec, string field, string message)
    {
        await using var cluster = await TestCluster.StartAsync();
        var refused = await cluster.SendAsync(HttpMethod.Post, Bindings, Binding(spec));
        refused.AssertStatus(422);
        var cause = Assert.Single(refused.Json["details"]!["causes"]!.AsArray())!;
        Assert.Equal((field, message), (cause["field"]!.GetValue<string>(), cause["message"]!.GetValue<string>()));
    }

    private static async Task<TestCluster> WithPolicyAsync(string validation, string more = "", string operations = "\"CREATE\"", string actions = "\"Deny\"")
    {
        var cluster = await TestCluster.StartAsync();
        await CreateAsync(cluster, Policies, Policy(validation, more, operations));
        await CreateAsync(cluster, Bindings, Binding($$"""{"policyName":"p","validationActions":[{{actions}}]}"""));
        return cluster;
    }

    private static async Task CreateAsync(TestCluster cluster, string path, string body)
    {
        var created = await cluster.SendAsync(HttpMethod.Post, path, body);
        Assert.True(created.Code == 201, created.Body);
    }

    private static string Policy(string validation, string more = "", string operations = "\"CREATE\"", string resources = "configmaps") => $$"""
        {"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingAdmissionPolicy","metadata":{"name":"p"},"spec":{
          "matchConstraints":{"resourceRules":[{"apiGroups":["*"],"apiVersions":["v1"],"operations":[{{operations}}],"resources":["{{resources}}"]}]},
          "validations":[{{validation}}]{{more}} } }
        """;

    private static string Binding(string spec) =>
        $$"""{"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingAdmissionPolicyBinding","metadata":{"name":"b"},"spec":{{spec}} }""";
}
