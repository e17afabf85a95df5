using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Patches;

namespace OrleansOperator.DevCluster.Tests.Patches;

public sealed class JsonPatchTests
{
    [Theory]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"/b","value":2}]""", """{"a":1,"b":2}""")]
    [InlineData("""{"a":[1,3]}""", """[{"op":"add","path":"/a/1","value":2}]""", """{"a":[1,2,3]}""")]
    [InlineData("""{"a":[1]}""", """[{"op":"add","path":"/a/-","value":2}]""", """{"a":[1,2]}""")]
    [InlineData("""{"a":1,"b":2}""", """[{"op":"remove","path":"/a"}]""", """{"b":2}""")]
    [InlineData("""{"a":[1,2]}""", """[{"op":"replace","path":"/a/0","value":5}]""", """{"a":[5,2]}""")]
    [InlineData("""{"a":1}""", """[{"op":"move","from":"/a","path":"/b"}]""", """{"b":1}""")]
    [InlineData("""{"a":1}""", """[{"op":"copy","from":"/a","path":"/b"}]""", """{"a":1,"b":1}""")]
    [InlineData("""{"a/b":1,"c~d":2}""", """[{"op":"remove","path":"/a~1b"},{"op":"remove","path":"/c~0d"}]""", "{}")]
    [InlineData("""{"a":1}""", """[{"op":"test","path":"/a","value":1}]""", """{"a":1}""")]
    public void Applies(string document, string patch, string expected) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), Apply(document, patch)));

    [Theory]
    [InlineData("""[{"op":"remove","path":"/b"}]""")]
    [InlineData("""[{"op":"replace","path":"/b","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/l/5","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/x/y","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/b"}]""")]
    [InlineData("""[{"op":"add","path":"b","value":1}]""")]
    [InlineData("""[{"op":"test","path":"/a","value":2}]""")]
    [InlineData("""[{"op":"nonsense","path":"/a"}]""")]
    [InlineData("""[{"op":"move","path":"/a"}]""")]
    [InlineData("[1]")]
    public void Refuses(string patch) =>
        Assert.Throws<PatchException>(() => Apply("""{"a":1,"l":[1]}""", patch));

    private static JsonNode? Apply(string document, string patch) =>
        JsonPatch.Apply(JsonNode.Parse(document), JsonNode.Parse(patch)!.AsArray());
}
