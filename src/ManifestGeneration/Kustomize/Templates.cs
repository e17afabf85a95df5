using System.Reflection;

namespace OrleansOperator.ManifestGeneration.Kustomize;

/// <summary>The files of deploy/ that are the same for every operator but for its name.</summary>
internal static class Templates
{
    /// <summary>The name that stands for the operator's in them.</summary>
    public const string Name = "orleans-operator";

    private const string Prefix = "deploy/";

    /// <summary>The files by their path in deploy/.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToDictionary(static name => name[Prefix.Length..].Replace('\\', '/'), Read);

    private static string Read(string resource)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
