using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Http;

public sealed class FieldValidationTests
{
    private const string Schema = """{"type":"object","properties":{"n":{"type":"integer"},"parts":{"type":"array","items":{"type":"object","properties":{"a":{"type":"integer"} } } } } }""";

    [Theory]
    [InlineData("""{"n":1,"n":2}""", "", "duplicate field \"spec.n\"")]
    [InlineData("""{"parts":[{"a":1,"a":2}]}""", "", "duplicate field \"spec.parts[0].a\"")]
    [InlineData("""{"parts":[{"a":1},{"b":2}]}""", "", "unknown field \"spec.parts[1].b\"")]
    [InlineData("""{"x":{"y":1}}""", "", "unknown field \"spec.x\"")]
    [InlineData("{}", ""","nope":1""", "unknown field \"metadata.nope\"")]
    public async Task Unknown_and_duplicate_fields_are_refused_warned_of_or_passed_over(string spec, string metadata, string says)
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.ApplyAsync(Crds.Things(Schema));
        var strict = await Post(cluster, "Strict", Crds.Thing("strict", spec, metadata));
        Assert.Equal(400, strict.Code);
        Assert.Contains("strict decoding error: " + says.Replace("\"", "\\\"", StringComparison.Ordinal), strict.Body, StringComparison.Ordinal);
        var warn = await Post(cluster, "Warn", Crds.Thing("warn", spec, metadata));
        Assert.Equal(201, warn.Code);
        Assert.Equal($"299 - \"{says.Replace("\"", "\\\"", StringComparison.Ordinal)}\"", warn.Warning);
        Assert.Equal((201, null), ((await Post(cluster, "Ignore", Crds.Thing("ignore", spec, metadata))) is var ignored ? (ignored.Code, ignored.Warning) : default));
        Assert.DoesNotContain("nope", (await cluster.GetAsync(Crds.Path + "/warn")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_field_that_occurs_twice_the_last_counts()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.ApplyAsync(Crds.Things(Schema));
        await cluster.SendAsync(HttpMethod.Post, Crds.Path, Crds.Thing("a", """{"n":1,"n":2}"""));
        Assert.Equal(2, (await cluster.GetAsync(Crds.Path + "/a")).Json["spec"]!["n"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("""{"n":1.0}""", "1")]
    [InlineData("""{"n":1e3}""", "1000")]
    [InlineData("""{"n":-0}""", "0")]
    public async Task Numbers_are_whole_where_they_can_be(string spec, string stored)
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.ApplyAsync(Crds.Things(Schema));
        await cluster.SendAsync(HttpMethod.Post, Crds.Path, Crds.Thing("a", spec));
        Assert.Equal(stored, (await cluster.GetAsync(Crds.Path + "/a")).Json["spec"]!["n"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"a","labels":{"x":1}}}""")]
    [InlineData("""{"metadata":{"name":["a"]}}""")]
    [InlineData("""{"metadata":[]}""")]
    [InlineData("""{"metadata":{"name":"a","finalizers":"x"}}""")]
    public async Task Metadata_of_a_wrong_type_is_a_bad_request(string body)
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.ApplyAsync(Crds.Things());
        (await cluster.SendAsync(HttpMethod.Post, Crds.Path, body)).AssertStatus(400);
        (await cluster.SendAsync(HttpMethod.Post, TestCluster.ConfigMaps, body)).AssertStatus(400);
    }

    private static async Task<(int Code, string Body, string? Warning)> Post(TestCluster cluster, string validation, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await cluster.Http.PostAsync($"{Crds.Path}?fieldValidation={validation}", content, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Headers.TryGetValues("Warning", out var warnings) ? string.Join(", ", warnings) : null);
    }
}
