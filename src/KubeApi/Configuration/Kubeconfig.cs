using k8s;
using k8s.KubeConfigModels;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace OrleansOperator.KubeApi.Configuration;

/// <summary>
/// One or several kubeconfig files, the first to name a thing winning, made ready for KubernetesClient: paths are resolved
/// against the file that has them, and what the library does not read (<c>tokenFile</c>, <c>proxy-url</c>) is at hand.
/// </summary>
internal sealed class Kubeconfig
{
    private readonly Dictionary<string, string> _tokenFiles = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _proxies = new(StringComparer.OrdinalIgnoreCase);
    private readonly string _files;

    private Kubeconfig(string files) => _files = files;

    /// <summary>All files as one.</summary>
    public K8SConfiguration Config { get; } = new();

    /// <summary>For messages.</summary>
    public string ContextNames => Names(Config.Contexts.Select(static context => context.Name));

    /// <exception cref="KubeConfigurationException">A file cannot be read, or is no kubeconfig.</exception>
    public static Kubeconfig Read(IReadOnlyList<string> paths)
    {
        var all = new Kubeconfig(string.Join(Path.PathSeparator, paths));
        foreach (var path in paths)
            all.Add(Path.GetFullPath(path));

        return all;
    }

    /// <summary>The context's details, or null when there is no such context.</summary>
    public ContextDetails? Context(string name)
    {
        var context = Config.Contexts.FirstOrDefault(context => Same(context.Name, name));
        return context is null ? null : context.ContextDetails ?? new ContextDetails();
    }

    /// <summary>Checks what a context refers to, of which KubernetesClient's messages do not name what is missing.</summary>
    /// <exception cref="KubeConfigurationException">Its cluster or user is missing, or the cluster's server is no URL.</exception>
    public void EnsureComplete(string contextName, ContextDetails context)
    {
        var problem = context.Cluster is not { Length: > 0 } name
            ? "it names no cluster"
            : Config.Clusters.FirstOrDefault(cluster => Same(cluster.Name, name)) is not { } cluster
            ? $"its cluster \"{name}\" is not among those of the file: {Names(Config.Clusters.Select(static cluster => cluster.Name))}"
            : !(Uri.TryCreate(cluster.ClusterEndpoint?.Server, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            ? $"the server \"{cluster.ClusterEndpoint?.Server}\" of its cluster \"{name}\" is not an http or https URL"
            : context.User is { Length: > 0 } user && !Config.Users.Any(item => Same(item.Name, user))
            ? $"its user \"{user}\" is not among those of the file: {Names(Config.Users.Select(static user => user.Name))}"
            : null;
        if (problem is not null)
            throw new KubeConfigurationException($"Kubeconfig {_files}, context \"{contextName}\", cannot be used: {problem}.");
    }

    /// <summary>The cluster's <c>proxy-url</c>, or null.</summary>
    public Uri? Proxy(ContextDetails context)
    {
        if (context.Cluster is null || !_proxies.TryGetValue(context.Cluster, out var text))
            return null;

        return Uri.TryCreate(text, UriKind.Absolute, out var url)
            ? url
            : throw new KubeConfigurationException($"Kubeconfig {_files}: proxy-url \"{text}\" of cluster {context.Cluster} is no URL, such as http://proxy:3128.");
    }

    /// <summary>Brings the context's user into the form that KubernetesClient takes.</summary>
    public PreparedUser PrepareUser(ContextDetails context)
    {
        var user = Config.Users.FirstOrDefault(user => Same(user.Name, context.User));
        if (user is null)
            return default;

        var credentials = user.UserCredentials ??= new UserCredentials();
        credentials.ClientCertificateData = Inline(credentials.ClientCertificateData, credentials.ClientCertificate, user.Name, "client-certificate");
        credentials.ClientKeyData = Inline(credentials.ClientKeyData, credentials.ClientKey, user.Name, "client-key");
        credentials.ClientCertificate = null;
        credentials.ClientKey = null;

        // As kubectl: tokenFile goes before token.
        if (_tokenFiles.TryGetValue(user.Name, out var tokenFile))
            credentials.Token = ReadToken(tokenFile, user.Name);

        // A user without credentials is anonymous to kubectl and an error to KubernetesClient.
        if (IsAnonymous(credentials))
            context.User = null;

        return new PreparedUser(tokenFile, credentials);
    }

    private void Add(string path)
    {
        K8SConfiguration config;
        try
        {
            using var stream = File.OpenRead(path);
            config = KubernetesClientConfiguration.LoadKubeConfig(stream) ?? throw new InvalidDataException("it is empty");
            stream.Position = 0;
            ReadWhatTheLibraryDoesNot(stream, Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or YamlException or InvalidCastException)
        {
            throw new KubeConfigurationException(
                $"Kubeconfig {path} cannot be read ({e.Message.Split('\n', 2)[0].Trim()}): check the path and its permissions, and that it is a kubeconfig in YAML.", e);
        }

        Resolve(config, Path.GetDirectoryName(path)!);
        Config.Kind ??= config.Kind;
        Config.ApiVersion ??= config.ApiVersion;
        Config.CurrentContext = string.IsNullOrEmpty(Config.CurrentContext) ? config.CurrentContext : Config.CurrentContext;
        Config.Contexts = Merge(Config.Contexts, config.Contexts, static context => context.Name);
        Config.Clusters = Merge(Config.Clusters, config.Clusters, static cluster => cluster.Name);
        Config.Users = Merge(Config.Users, config.Users, static user => user.Name);
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } some ? some : "(none)";

    private static bool Same(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static List<T> Merge<T>(IEnumerable<T> first, IEnumerable<T>? then, Func<T, string?> name) =>
        first.Concat(then ?? []).Where(item => name(item) is not null).DistinctBy(name).ToList();

    private void ReadWhatTheLibraryDoesNot(Stream stream, string directory)
    {
        var yaml = new YamlStream();
        yaml.Load(new StreamReader(stream));
        if (yaml.Documents is not [{ RootNode: YamlMappingNode root }, ..])
            throw new InvalidDataException("it is no YAML mapping");

        // Not of a user or cluster that an earlier file has: that one counts as a whole.
        foreach (var (name, file) in Values(root, "users", "user", "tokenFile"))
        {
            if (!Config.Users.Any(user => user.Name == name))
                _tokenFiles.TryAdd(name, Path.Combine(directory, file));
        }

        foreach (var (name, proxy) in Values(root, "clusters", "cluster", "proxy-url"))
        {
            if (!Config.Clusters.Any(cluster => cluster.Name == name))
                _proxies.TryAdd(name, proxy);
        }
    }

    private static IEnumerable<(string Name, string Value)> Values(YamlMappingNode root, string list, string part, string field)
    {
        foreach (var item in (Child(root, list) as YamlSequenceNode)?.Children.OfType<YamlMappingNode>() ?? [])
        {
            if (Child(item, "name") is YamlScalarNode { Value: { } name }
                && Child(item, part) is YamlMappingNode details
                && Child(details, field) is YamlScalarNode { Value: { Length: > 0 } value })
            {
                yield return (name, value);
            }
        }
    }

    private static YamlNode? Child(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;

    private static void Resolve(K8SConfiguration config, string directory)
    {
        foreach (var cluster in config.Clusters ?? [])
        {
            if (cluster.ClusterEndpoint is { CertificateAuthority: { Length: > 0 } authority } endpoint)
                endpoint.CertificateAuthority = Path.Combine(directory, authority);
        }

        foreach (var credentials in (config.Users ?? []).Select(static user => user.UserCredentials).OfType<UserCredentials>())
        {
            if (credentials.ClientCertificate is { Length: > 0 } certificate)
                credentials.ClientCertificate = Path.Combine(directory, certificate);

            if (credentials.ClientKey is { Length: > 0 } key)
                credentials.ClientKey = Path.Combine(directory, key);

            // A bare name is looked up in PATH.
            if (credentials.ExternalExecution is { Command: { } command } plugin && command.Contains('/', StringComparison.Ordinal))
                plugin.Command = Path.Combine(directory, command);
        }
    }

    private string? Inline(string? data, string? file, string user, string field)
    {
        if (!string.IsNullOrEmpty(data) || string.IsNullOrEmpty(file))
            return data;

        try
        {
            return Convert.ToBase64String(File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(user, field, e);
        }
    }

    private string ReadToken(string file, string user)
    {
        try
        {
            var token = File.ReadAllText(file).Trim();
            return token.Length > 0 ? token : throw new InvalidDataException($"{file} is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw Unreadable(user, "tokenFile", e);
        }
    }

    private KubeConfigurationException Unreadable(string user, string field, Exception e) =>
        new($"Kubeconfig {_files}: {field} of user {user} cannot be read ({e.Message}): correct the path or its permissions.", e);

    private static bool IsAnonymous(UserCredentials credentials) =>
        string.IsNullOrWhiteSpace(credentials.Token)
        && string.IsNullOrWhiteSpace(credentials.UserName)
        && string.IsNullOrWhiteSpace(credentials.ClientCertificateData)
        && string.IsNullOrWhiteSpace(credentials.ClientKeyData)
        && credentials.AuthProvider is null
        && credentials.ExternalExecution is null;
}

/// <summary>A kubeconfig's user; both null when the context has none.</summary>
/// <param name="TokenFile">Its <c>tokenFile</c>, which KubernetesClient does not read.</param>
/// <param name="Credentials">Everything else.</param>
internal readonly record struct PreparedUser(string? TokenFile, UserCredentials? Credentials);
