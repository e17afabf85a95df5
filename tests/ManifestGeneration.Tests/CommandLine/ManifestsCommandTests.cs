using System.CommandLine;
using OrleansOperator.KubeApi.Access;
using OrleansOperator.ManifestGeneration.CommandLine;
using OrleansOperator.ManifestGeneration.Tests.Support;

namespace OrleansOperator.ManifestGeneration.Tests.CommandLine;

/// <summary>The command that writes an operator's manifests.</summary>
public sealed class ManifestsCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("manifests-").FullName;

    private static ManifestSource Source => new([Foo.Kind], [new PermissionRequirement("get", Foo.Kind.Resource, "look")]);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_second_run_writes_nothing()
    {
        var first = await RunAsync("--out", _folder);
        var second = await RunAsync("--out", _folder);

        Assert.Equal((0, 0), (first.Code, second.Code));
        Assert.Contains("components/cluster-wide/role.yaml\n", first.Output, StringComparison.Ordinal);
        Assert.StartsWith("0 of ", second.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("--out", _folder, "--check")).Code);
    }

    [Fact]
    public async Task A_check_names_the_files_that_are_not_as_they_are_generated_and_leaves_them()
    {
        await RunAsync("--out", _folder);
        var crd = Path.Combine(_folder, "crds", "foo.yaml");
        await File.WriteAllTextAsync(crd, "edited", TestContext.Current.CancellationToken);

        var (code, _, errors) = await RunAsync("--out", _folder, "--check");

        Assert.Equal(ManifestsCommand.Failed, code);
        Assert.Equal("crds/foo.yaml is not as it is generated: run the command without --check.\n", errors);
        Assert.Equal("edited", await File.ReadAllTextAsync(crd, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Files_of_the_user_stay()
    {
        var own = Directory.CreateDirectory(Path.Combine(_folder, "overlays", "own")).FullName;
        await File.WriteAllTextAsync(Path.Combine(own, "kustomization.yaml"), "own", TestContext.Current.CancellationToken);

        await RunAsync("--out", _folder);

        Assert.Equal("own", await File.ReadAllTextAsync(Path.Combine(own, "kustomization.yaml"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("--name Websites", "--name 'Websites': a name has up to 40 lower case letters")]
    [InlineData("--namespace team/a", "--namespace 'team/a': a namespace has up to 63 lower case letters")]
    [InlineData("--image websites", "--image 'websites' is no reference of an image with a tag")]
    [InlineData("--image a@sha256:0", "--image 'a@sha256:0': kustomize sets a tag: give one")]
    [InlineData("--name Websites --image websites", "--image 'websites' is no reference of an image with a tag")]
    public async Task Wrong_options_are_refused_by_name(string options, string message)
    {
        var (code, _, errors) = await RunAsync(["--out", _folder, .. options.Split(' ')]);

        Assert.Equal(ManifestsCommand.Failed, code);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_named()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        var (code, _, errors) = await RunAsync("--out", file);

        Assert.Equal(ManifestsCommand.Failed, code);
        Assert.StartsWith($"--out {file}: ", errors, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] args)
    {
        using StringWriter output = new() { NewLine = "\n" }, errors = new() { NewLine = "\n" };
        var root = new RootCommand { ManifestsCommand.Create(() => Source, "foo-operator", "1.2.3") };
        var code = await root.Parse(["manifests", .. args]).InvokeAsync(new InvocationConfiguration { Output = output, Error = errors }, TestContext.Current.CancellationToken);
        return (code, output.ToString(), errors.ToString());
    }
}
