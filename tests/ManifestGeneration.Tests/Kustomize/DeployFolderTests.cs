using OrleansOperator.KubeApi.Access;
using OrleansOperator.ManifestGeneration.Kustomize;
using OrleansOperator.ManifestGeneration.Tests.Support;

namespace OrleansOperator.ManifestGeneration.Tests.Kustomize;

/// <summary>The folder that deploys an operator.</summary>
public sealed class DeployFolderTests
{
    private static readonly ManifestSource Source = new([Foo.Kind], [new PermissionRequirement("get", Foo.Kind.Resource, "look")]);

    [Fact]
    public void Everything_has_the_names_of_the_operator()
    {
        var files = DeployFolder.Generate(Source, new DeployOptions("websites", "registry.example.com:5000/team/websites:1.2", "web"));

        Assert.All(files, file => Assert.DoesNotMatch(@"\borleans-operator\b", file.Value));
        Assert.Contains("images:\n  - name: websites\n    newName: registry.example.com:5000/team/websites\n    newTag: \"1.2\"\n", files["base/kustomization.yaml"], StringComparison.Ordinal);
        Assert.Contains("- --cluster-id=websites\n", files["base/stateful-set.yaml"], StringComparison.Ordinal);
        Assert.Contains("namespace: web\n", files["overlays/production/kustomization.yaml"], StringComparison.Ordinal);
        Assert.Contains("name: web\n", files["overlays/production/namespace.yaml"], StringComparison.Ordinal);
        Assert.Contains("namespace: default\n", files["overlays/one-namespace/kustomization.yaml"], StringComparison.Ordinal);
        Assert.Contains("namespaces: [web]\n", files["components/priority/flow-schema.yaml"], StringComparison.Ordinal);
        Assert.Contains("  - foo.yaml\n  - orleanscluster.yaml\n", files["crds/Kustomization"], StringComparison.Ordinal);
    }

    /// <summary>All files but the CRD, which is compared by what an API server makes of it.</summary>
    public static TheoryData<string> Files => [.. OfFoos().Keys.Where(file => file != "crds/foo.yaml")];

    [Theory]
    [MemberData(nameof(Files))]
    public void The_file_in_deploy_is_as_it_is_generated_for_the_operator_of_Foos(string file)
    {
        Assert.Equal(Repository.Read(["deploy", .. file.Split('/')]), OfFoos()[file]);
    }

    [Fact]
    public void What_a_kustomization_names_is_there()
    {
        var files = DeployFolder.Generate(Source, new DeployOptions("websites", "websites:1.0.0", "websites"));

        foreach (var (path, text) in files.Where(file => file.Key.EndsWith("ustomization.yaml", StringComparison.Ordinal) || file.Key.EndsWith("Kustomization", StringComparison.Ordinal)))
        {
            var folder = Path.GetDirectoryName(path)!;
            foreach (var named in System.Text.RegularExpressions.Regex.Matches(text, @"^  - ([./\w-]+)$", System.Text.RegularExpressions.RegexOptions.Multiline).Select(match => match.Groups[1].Value))
            {
                var target = Path.GetRelativePath(".", Path.Combine(folder, named));
                Assert.True(files.Keys.Any(file => file == target || file.StartsWith(target + "/", StringComparison.Ordinal)), $"{path} names {named}");
            }
        }
    }

    [Fact]
    public void An_operator_of_a_kind_of_cluster_scope_has_no_overlay_for_one_namespace()
    {
        var source = Source with { Kinds = [Foo.Kind with { Resource = Foo.Kind.Resource with { IsClusterScoped = true } }] };

        var files = DeployFolder.Generate(source, new DeployOptions("websites", "websites:1.0.0", "websites"));

        Assert.DoesNotContain(files.Keys, path => path.Contains("one-namespace", StringComparison.Ordinal));
    }

    private static IReadOnlyDictionary<string, string> OfFoos() => DeployFolder.Generate(
        new ManifestSource([Foo.Kind], FooPermissions.Declared()),
        new DeployOptions("orleans-operator", $"orleans-operator:{Repository.Version}", "orleans-operator"));
}
