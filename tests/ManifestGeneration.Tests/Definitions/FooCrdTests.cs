using System.Text.Json.Nodes;
using OrleansOperator.ManifestGeneration.Definitions;
using OrleansOperator.ManifestGeneration.Tests.Support;
using OrleansOperator.ManifestGeneration.Yaml;

namespace OrleansOperator.ManifestGeneration.Tests.Definitions;

/// <summary>The CRD of deploy/ comes from types.</summary>
public sealed class FooCrdTests
{
    private const string Name = "foos.samplecontroller.k8s.io";

    [Fact]
    public async Task The_CRD_of_the_Foo_types_is_stored_exactly_as_that_of_deploy()
    {
        var deployed = await Cluster.ApplyCrdAsync(Repository.Read("deploy", "crds", "foo.yaml"), Name);
        var generated = await Cluster.ApplyCrdAsync(YamlText.Of(CrdGenerator.Generate(Foo.Kind)), Name);

        Assert.Equal(Sorted(deployed["spec"]), Sorted(generated["spec"]));
        Assert.Equal(Sorted(deployed["metadata"]!["annotations"]), Sorted(generated["metadata"]!["annotations"]));
    }

    [Fact]
    public void The_same_types_give_the_same_text()
    {
        Assert.Equal(YamlText.Of(CrdGenerator.Generate(Foo.Kind)), YamlText.Of(CrdGenerator.Generate(Foo.Kind)));
    }

    /// <summary>The YAML form makes a difference easy to see.</summary>
    private static string Sorted(JsonNode? node) => YamlText.Of(node!.AsObject());
}
