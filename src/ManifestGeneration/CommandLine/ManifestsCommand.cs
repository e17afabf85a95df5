using System.CommandLine;
using OrleansOperator.ManifestGeneration.Kustomize;

namespace OrleansOperator.ManifestGeneration.CommandLine;

/// <summary>The command <c>manifests</c>: writes the folder to deploy an operator from, or checks that it is as it would be written.</summary>
public static class ManifestsCommand
{
    /// <summary>The exit code when a folder is not as it would be written, or cannot be.</summary>
    public const int Failed = 1;

    /// <summary>Builds the command.</summary>
    /// <param name="source">What the operator consists of; asked for when the command runs.</param>
    /// <param name="name">The operator's name unless <c>--name</c> gives one.</param>
    /// <param name="version">The tag of its image unless <c>--image</c> gives one.</param>
    public static Command Create(Func<ManifestSource> source, string name, string version)
    {
        var folder = new Option<string>("--out") { Description = "The folder to write to. Files in it that are not generated stay.", HelpName = "DIR", Required = true };
        var named = new Option<string>("--name") { Description = "Name of the operator's objects and of its Orleans cluster.", HelpName = "NAME", DefaultValueFactory = _ => name };
        var image = new Option<string?>("--image") { Description = "The operator's container image, with its tag. Default: NAME with the version as tag.", HelpName = "IMAGE" };
        var ns = new Option<string?>("--namespace") { Description = "The namespace that the overlays install it in. Default: NAME.", HelpName = "NAMESPACE" };
        var check = new Option<bool>("--check") { Description = "Write nothing, and fail if a file is not as it would be written." };
        var command = new Command("manifests", "Writes CRDs, roles and kustomize overlays that deploy the operator.") { folder, named, image, ns, check };
        command.SetAction(result =>
        {
            var chosen = result.GetValue(named)!;
            var options = new DeployOptions(chosen, result.GetValue(image) ?? $"{chosen}:{version}", result.GetValue(ns) ?? chosen);
            var (output, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            try
            {
                return Run(DeployFolder.Generate(source(), options), result.GetValue(folder)!, result.GetValue(check), output, error);
            }
            catch (ManifestException e)
            {
                error.WriteLine(e.Message);
                return Failed;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                error.WriteLine($"--out {result.GetValue(folder)}: {e.Message}");
                return Failed;
            }
        });
        return command;
    }

    private static int Run(IReadOnlyDictionary<string, string> files, string folder, bool isCheck, TextWriter output, TextWriter error)
    {
        var changed = files.Where(file => !IsThere(Path.Combine(folder, file.Key), file.Value)).ToList();
        if (isCheck)
        {
            foreach (var (path, _) in changed)
                error.WriteLine($"{path} is not as it is generated: run the command without --check.");
            return changed.Count == 0 ? 0 : Failed;
        }

        foreach (var (path, text) in changed)
        {
            var target = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllText(target, text);
            output.WriteLine(path);
        }

        output.WriteLine($"{changed.Count} of {files.Count} files written to {folder}.");
        return 0;
    }

    private static bool IsThere(string path, string text) => File.Exists(path) && File.ReadAllText(path) == text;
}
