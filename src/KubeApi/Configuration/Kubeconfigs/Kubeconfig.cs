using YamlDotNet.Core;

namespace OrleansOperator.KubeApi.Configuration.Kubeconfigs;

/// <summary>One or several kubeconfig files as one: the first to name a context, cluster or user wins. Names are case-sensitive.</summary>
internal sealed class Kubeconfig
{
    private readonly List<KubeconfigContext> _contexts = [];
    private readonly List<KubeconfigCluster> _clusters = [];
    private readonly List<KubeconfigUser> _users = [];

    private Kubeconfig(string files) => Files = files;

    /// <summary>The files, for messages.</summary>
    public string Files { get; }

    /// <summary>The context to use unless told otherwise; null when no file says.</summary>
    public string? CurrentContext { get; private set; }

    /// <summary>For messages.</summary>
    public string ContextNames => Names(_contexts.Select(static context => context.Name));

    /// <summary>Reads files. As kubectl, it passes over those that say nothing.</summary>
    /// <exception cref="KubeConfigurationException">A file cannot be read, or is no kubeconfig; or none of them says anything.</exception>
    public static Kubeconfig Read(IReadOnlyList<string> paths)
    {
        var all = new Kubeconfig(string.Join(Path.PathSeparator, paths));
        var any = false;
        foreach (var path in paths)
            any |= all.Add(Path.GetFullPath(path));

        return any ? all : throw Unreadable(all.Files, "it is empty", null);
    }

    /// <summary>The context of a name, or null.</summary>
    public KubeconfigContext? Context(string name) => _contexts.Find(context => context.Name == name);

    /// <summary>The cluster of a context.</summary>
    /// <exception cref="KubeConfigurationException">The context names none, or one that is not there.</exception>
    public KubeconfigCluster ClusterOf(KubeconfigContext context)
    {
        if (context.Cluster is not { } name)
            throw Unusable(context, "it names no cluster");
        return _clusters.Find(cluster => cluster.Name == name)
            ?? throw Unusable(context, $"its cluster \"{name}\" is not among those of the file: {Names(_clusters.Select(static cluster => cluster.Name))}");
    }

    /// <summary>The user of a context; null when it names none.</summary>
    /// <exception cref="KubeConfigurationException">The context names one that is not there.</exception>
    public KubeconfigUser? UserOf(KubeconfigContext context)
    {
        if (context.User is not { } name)
            return null;
        return _users.Find(user => user.Name == name)
            ?? throw Unusable(context, $"its user \"{name}\" is not among those of the file: {Names(_users.Select(static user => user.Name))}");
    }

    /// <summary>The error for a context that cannot be used.</summary>
    public KubeConfigurationException Unusable(KubeconfigContext context, string problem, Exception? inner = null) =>
        new($"Kubeconfig {Files}, context \"{context.Name}\", cannot be used: {problem}.", inner);

    private bool Add(string path)
    {
        KubeconfigFile? file;
        try
        {
            file = KubeconfigReader.Read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or YamlException)
        {
            throw Unreadable(path, e.Message.Split('\n', 2)[0].Trim(), e);
        }

        if (file is null)
            return false;
        CurrentContext ??= file.CurrentContext;
        AddNew(_contexts, file.Contexts, static context => context.Name);
        AddNew(_clusters, file.Clusters, static cluster => cluster.Name);
        AddNew(_users, file.Users, static user => user.Name);
        return true;
    }

    private static void AddNew<T>(List<T> all, IEnumerable<T> more, Func<T, string> name)
    {
        foreach (var item in more)
        {
            if (!all.Exists(known => name(known) == name(item)))
                all.Add(item);
        }
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } some ? some : "(none)";

    private static KubeConfigurationException Unreadable(string path, string problem, Exception? inner) =>
        new($"Kubeconfig {path} cannot be read ({problem}): check the path and its permissions, and that it is a kubeconfig in YAML.", inner);
}
