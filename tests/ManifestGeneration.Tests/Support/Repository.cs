namespace OrleansOperator.ManifestGeneration.Tests.Support;

/// <summary>Files of this repository.</summary>
internal static class Repository
{
    private static string Root { get; } = FindRoot();

    /// <summary>The path of a file.</summary>
    public static string PathOf(params string[] path) => Path.Combine([Root, .. path]);

    /// <summary>The text of a file.</summary>
    public static string Read(params string[] path) => File.ReadAllText(PathOf(path));

    /// <summary>The version in Directory.Build.props.</summary>
    public static string Version { get; } = System.Xml.Linq.XDocument.Load(PathOf("Directory.Build.props")).Descendants("Version").Single().Value;

    private static string FindRoot()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "OrleansOperator.sln")))
            root = root.Parent;
        return root!.FullName;
    }
}
