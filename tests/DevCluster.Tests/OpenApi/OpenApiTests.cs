using Google.Protobuf;
using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.OpenApi;

public sealed class OpenApiTests
{
    private static readonly string[] PodSpec = ["properties", "spec", "properties", "template", "properties", "spec", "properties"];

    [Theory]
    [InlineData("containers", "name")]
    [InlineData("volumes", "name")]
    [InlineData("topologySpreadConstraints", "topologyKey")]
    [InlineData("tolerations", null)]
    public async Task Lists_of_built_in_kinds_say_how_they_are_merged(string list, string? key)
    {
        await using var cluster = await TestCluster.StartAsync();
        var schema = (await cluster.GetAsync("/openapi/v2")).Json["definitions"]!["apps.v1.Deployment"]!;
        foreach (var part in PodSpec)
            schema = schema[part]!;
        Assert.Equal(key, schema[list]!["x-kubernetes-patch-merge-key"]?.GetValue<string>());
        Assert.Equal(key is null ? null : "map", schema[list]!["x-kubernetes-list-type"]?.GetValue<string>());
    }

    [Fact]
    public async Task V2_says_nothing_of_what_it_cannot_say()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.ApplyAsync(Crds.Things("""{"type":"object","properties":{"any":{"type":"object","x-kubernetes-preserve-unknown-fields":true},"port":{"x-kubernetes-int-or-string":true},"none":{"type":"string","nullable":true}}}"""));
        var properties = (await cluster.GetAsync("/openapi/v2")).Json["definitions"]!["com.example.v1.Thing"]!["properties"]!["spec"]!["properties"]!;
        Assert.All(["any", "port", "none"], name => Assert.Null(properties[name]!["type"]));
    }

    [Fact]
    public async Task The_protobuf_form_has_the_same_definitions()
    {
        await using var cluster = await TestCluster.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v2");
        request.Headers.TryAddWithoutValidation("Accept", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf");
        using var response = await cluster.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var expected = (await cluster.GetAsync("/openapi/v2")).Json["definitions"]!.AsObject().Select(pair => pair.Key);
        Assert.Equal(expected, Names(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)));
    }

    /// <summary>Document.definitions (9) has NamedSchemas (1) with a name (1).</summary>
    private static List<string> Names(byte[] document)
    {
        var names = new List<string>();
        foreach (var definitions in Fields(new CodedInputStream(document), 9))
        {
            foreach (var named in Fields(definitions.CreateCodedInput(), 1))
                names.AddRange(Fields(named.CreateCodedInput(), 1).Select(name => name.ToStringUtf8()));
        }

        return names;
    }

    private static List<ByteString> Fields(CodedInputStream input, int number)
    {
        var found = new List<ByteString>();
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == number)
                found.Add(input.ReadBytes());
            else
                input.SkipLastField();
        }

        return found;
    }
}
