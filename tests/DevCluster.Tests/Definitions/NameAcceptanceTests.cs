using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Definitions;

namespace OrleansOperator.DevCluster.Tests.Definitions;

/// <summary>Of two CRDs of a group that claim one name, the first has it.</summary>
public sealed class NameAcceptanceTests
{
    private const string First = """{"plural":"axes","singular":"axe","kind":"Axe","listKind":"AxeList","shortNames":["ax"]}""";

    [Theory]
    [InlineData("""{"plural":"blades","singular":"blade","kind":"Blade","listKind":"BladeList"}""", "NoConflicts", "no conflicts found")]
    [InlineData("""{"plural":"blades","singular":"blade","kind":"Axe","listKind":"BladeList"}""", "KindConflict", "\"Axe\" is already in use")]
    [InlineData("""{"plural":"blades","singular":"blade","kind":"Axe","listKind":"AxeList"}""", "ListKindConflict", "\"AxeList\" is already in use")]
    [InlineData("""{"plural":"blades","singular":"axe","kind":"Blade","listKind":"BladeList"}""", "SingularConflict", "\"axe\" is already in use")]
    [InlineData("""{"plural":"blades","singular":"ax","kind":"Blade","listKind":"BladeList"}""", "SingularConflict", "\"ax\" is already in use")]
    [InlineData("""{"plural":"blades","singular":"blade","kind":"Blade","listKind":"BladeList","shortNames":["ax","axe","b"]}""", "ShortNamesConflict", "[\"ax\" is already in use, \"axe\" is already in use]")]
    public void Names_are_accepted_unless_another_has_them(string names, string reason, string message)
    {
        var acceptance = NameAcceptance.Decide(Crd(names, "{}"), [Crd(First, First)]);

        Assert.Equal((reason, message), (acceptance.Reason, acceptance.Message));
        Assert.Equal(reason == NameAcceptance.NoConflicts, acceptance.IsComplete);
        if (acceptance.IsComplete)
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(names), acceptance.Names));
    }

    [Fact]
    public void A_CRD_keeps_the_names_that_it_has() =>
        Assert.True(NameAcceptance.Decide(Crd(First, First), [Crd(First, First)]).IsComplete);

    private static JsonObject Crd(string asked, string accepted) => new()
    {
        ["spec"] = new JsonObject { ["names"] = JsonNode.Parse(asked) },
        ["status"] = new JsonObject { ["acceptedNames"] = JsonNode.Parse(accepted) },
    };
}
