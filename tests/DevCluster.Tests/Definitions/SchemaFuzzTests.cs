using System.Text.Json.Nodes;
using CsCheck;
using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Definitions;

/// <summary>Whatever stands in a schema, the answer is a CRD or what is wrong with it.</summary>
public sealed class SchemaFuzzTests
{
    private const string Collection = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All";
    private const int MaxSchema = 1_400_000;

    private static readonly string[] Keywords =
    [
        "type", "format", "properties", "items", "additionalProperties", "required", "enum", "default", "minimum", "maximum", "maxLength", "pattern",
        "maxItems", "nullable", "allOf", "anyOf", "oneOf", "not", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource",
        "x-kubernetes-int-or-string", "x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-map-type", "x-kubernetes-validations",
        "metadata", "rule", "messageExpression", "fieldPath", "reason", "optionalOldSelf", "$ref", "definitions", "multipleOf", "uniqueItems",
    ];

    private static readonly Gen<JsonNode?> Leaf = Gen.OneOf(
        Gen.Const("object").Select(Node), Gen.Const("array").Select(Node), Gen.Const("string").Select(Node), Gen.Const("integer").Select(Node),
        Gen.Const("self.a.all(x, x == oldSelf)").Select(Node), Gen.Const("^(a+)+[").Select(Node), Gen.Const("map").Select(Node),
        Gen.String[0, 6].Select(Node), Gen.Int.Select(number => (JsonNode?)number), Gen.Bool.Select(flag => (JsonNode?)flag), Gen.Const((JsonNode?)null));

    private static readonly Gen<JsonNode?> Any = Gen.Recursive<JsonNode?>((depth, any) => depth > 4 ? Leaf : Gen.Frequency(
        (3, Leaf),
        (5, Gen.Select(Gen.Int[0, Keywords.Length - 1].Select(i => Keywords[i]), any).Array[0, 5].Select(fields => (JsonNode?)new JsonObject(
            fields.DistinctBy(field => field.Item1).Select(field => KeyValuePair.Create(field.Item1, field.Item2?.DeepClone()))))),
        (2, any.Array[0, 3].Select(items => (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())])))));

    [Fact]
    public async Task Any_schema_gets_an_answer()
    {
        await using var cluster = await TestCluster.StartAsync();

        await Any.SampleAsync(async schema =>
        {
            var answer = await cluster.SendAsync(HttpMethod.Post, Collection, CrdWith(schema));
            return answer.Code is 201 or 400 or 422;
        }, iter: 300, threads: 2);

        await cluster.AssertUnharmedAsync();
    }

    [Theory]
    [InlineData("""{"type":"string","enum":["x"],"pattern":"^x$","description":"d"}""")]
    [InlineData("""{"type":"integer","minimum":1,"default":2,"x-kubernetes-validations":[{"rule":"self > 0 && self < 100"}]}""")]
    [InlineData("""{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],"items":{"type":"object","required":["k"],"properties":{"k":{"type":"string"}}}}""")]
    public async Task The_largest_schemas_get_an_answer(string field)
    {
        await using var cluster = await TestCluster.StartAsync();
        var parsed = JsonNode.Parse(field)!;
        var properties = new JsonObject(Enumerable.Range(0, MaxSchema / (field.Length + 12)).Select(i => KeyValuePair.Create($"f{i}", (JsonNode?)parsed.DeepClone())));

        var answer = await cluster.SendAsync(HttpMethod.Post, Collection, CrdWith(new JsonObject { ["type"] = "object", ["properties"] = properties }));

        Assert.True(answer.Code is 201 or 422, answer.Body);
    }

    [Theory]
    [InlineData("self.a", ".all(x, self.a", ")", 30)]
    [InlineData("true", " || self.a.exists(x, x == 'y')", "", 300)]
    [InlineData("", "(", "true)", 90)]
    [InlineData("", "!", "true", 200)]
    [InlineData("", "[", "]", 90)]
    public async Task A_rule_of_any_cost_gets_an_answer(string begin, string more, string end, int times)
    {
        await using var cluster = await TestCluster.StartAsync();
        var rule = begin + string.Concat(Enumerable.Repeat(more, times)) + (end.Length > 1 && !end.EndsWith(')') ? end : string.Concat(Enumerable.Repeat(end, times)));
        var schema = JsonNode.Parse("""{"type":"object","properties":{"a":{"type":"array","items":{"type":"string"}}}}""")!;
        schema["x-kubernetes-validations"] = new JsonArray(new JsonObject { ["rule"] = rule });

        var answer = await cluster.SendAsync(HttpMethod.Post, Collection, CrdWith(schema));

        Assert.True(answer.Code is 201 or 422, answer.Body);
        await cluster.AssertUnharmedAsync();
    }

    private static JsonNode? Node(string text) => text;

    private static string CrdWith(JsonNode? spec)
    {
        var crd = JsonNode.Parse(Crds.Things())!;
        crd["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["spec"] = spec?.DeepClone();
        return crd.ToJsonString();
    }
}
