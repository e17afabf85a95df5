using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Tests.Replay;

/// <summary>What counts as the same answer.</summary>
public sealed class DifferenceTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""", "")]
    [InlineData("""{"a":1}""", """{"a":1,"b":2}""", "")]
    [InlineData("""{"a":1}""", """{"a":2}""", "a")]
    [InlineData("""{"a":1}""", """{"b":2}""", "a")]
    [InlineData("""{"a":{"b":[1,2]}}""", """{"a":{"b":[1,3]}}""", "a.b.1")]
    [InlineData("""{"a":[1,2]}""", """{"a":[1]}""", "a")]
    [InlineData("""{"a":null}""", """{"a":{}}""", "a")]
    [InlineData("""{"uid":"x"}""", """{"uid":"y"}""", "")]
    [InlineData("""{"uid":"x"}""", """{}""", "uid")]
    [InlineData("""{"metadata.uid":"x"}""", """{"metadata.uid":null}""", "metadata.uid")]
    [InlineData("""{"managedFields":[1]}""", """{}""", "")]
    [InlineData("""{"message":"one"}""", """{"message":"another"}""", "")]
    [InlineData("""{"causes":[{"field":"a"},{"field":"b"}]}""", """{"causes":[{"field":"b"},{"field":"a"}]}""", "")]
    [InlineData("""{"causes":[{"field":"a"}]}""", """{"causes":[{"field":"c"}]}""", "causes.0.field")]
    public void A_difference_is_a_recorded_field_with_another_value(string recorded, string got, string paths) =>
        Assert.Equal(paths, string.Join(',', Difference.Between(JsonNode.Parse(recorded), JsonNode.Parse(got)).Select(difference => difference.Path)));
}
