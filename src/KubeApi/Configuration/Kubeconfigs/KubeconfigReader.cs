using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace OrleansOperator.KubeApi.Configuration.Kubeconfigs;

/// <summary>Reads one kubeconfig file. Fields that it does not know are left to other clients.</summary>
internal static class KubeconfigReader
{
    /// <summary>Name of the cluster extension that is handed to exec plugins.</summary>
    private const string ExecExtension = "client.authentication.k8s.io/exec";

    /// <summary>Reads a file; null when it has nothing but comments and white space.</summary>
    /// <param name="path">Its absolute path, against whose folder relative paths in it are resolved.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="YamlException">It is not YAML.</exception>
    /// <exception cref="InvalidDataException">A field has the wrong form; the message names it.</exception>
    public static KubeconfigFile? Read(string path)
    {
        using var text = File.OpenText(path);
        var yaml = new YamlStream();
        yaml.Load(text);
        if (yaml.Documents is not [{ RootNode: var node }, ..] || node is YamlScalarNode { Value: null or "" or "~" or "null" })
            return null;
        if (node is not YamlMappingNode root)
            throw new InvalidDataException("it is not a YAML mapping");

        var file = new KubeconfigYaml(root, "");
        var folder = Path.GetDirectoryName(path)!;
        return new KubeconfigFile(
            file.Text("current-context"),
            [.. file.Named("contexts", "context").Select(static item => Context(item.Name, item.Value))],
            [.. file.Named("clusters", "cluster").Select(item => Cluster(item.Name, item.Value, folder))],
            [.. file.Named("users", "user").Select(item => User(item.Name, item.Value, folder))]);
    }

    private static KubeconfigContext Context(string name, KubeconfigYaml context) =>
        new(name, context.Text("cluster"), context.Text("user"), context.Text("namespace"));

    private static KubeconfigCluster Cluster(string name, KubeconfigYaml cluster, string folder) => new(name)
    {
        Server = cluster.Text("server"),
        TlsServerName = cluster.Text("tls-server-name"),
        InsecureSkipTlsVerify = cluster.Flag("insecure-skip-tls-verify"),
        CertificateAuthority = cluster.FilePath("certificate-authority", folder),
        CertificateAuthorityData = cluster.Text("certificate-authority-data"),
        ProxyUrl = cluster.Text("proxy-url"),
        DisableCompression = cluster.Flag("disable-compression"),
        ExecConfig = ExecConfig(cluster),
    };

    private static JsonNode? ExecConfig(KubeconfigYaml cluster) =>
        cluster.Items("extensions").FirstOrDefault(static item => item.Text("name") == ExecExtension)?.Json("extension");

    private static KubeconfigUser User(string name, KubeconfigYaml user, string folder) => new(name)
    {
        Token = user.Text("token"),
        TokenFile = user.FilePath("tokenFile", folder),
        Username = user.Text("username"),
        Password = user.Text("password"),
        ClientCertificate = user.FilePath("client-certificate", folder),
        ClientCertificateData = user.Text("client-certificate-data"),
        ClientKey = user.FilePath("client-key", folder),
        ClientKeyData = user.Text("client-key-data"),
        Exec = user.Map("exec") is { } exec ? Exec(exec, folder) : null,
        AuthProvider = user.Map("auth-provider") is { } provider
            ? new KubeconfigAuthProvider(provider.Text("name"), provider.Map("config")?.Texts() ?? new Dictionary<string, string>())
            : null,
        Impersonate = Impersonate(user),
    };

    private static KubeconfigExec Exec(KubeconfigYaml exec, string folder)
    {
        var command = exec.Text("command");
        return new KubeconfigExec
        {
            ApiVersion = exec.Text("apiVersion"),

            // A bare name is looked up in PATH.
            Command = command?.Contains('/', StringComparison.Ordinal) == true ? exec.FilePath("command", folder) : command,
            Arguments = exec.List("args"),
            Environment = [.. exec.Items("env").Select(static item => KeyValuePair.Create(item.Text("name") ?? "", item.Text("value") ?? ""))],
            InstallHint = exec.Text("installHint"),
            ProvideClusterInfo = exec.Flag("provideClusterInfo"),
            InteractiveMode = exec.Text("interactiveMode"),
        };
    }

    private static Impersonation? Impersonate(KubeconfigYaml user)
    {
        var (uid, groups, extra) = (user.Text("as-uid"), user.List("as-groups"), user.Map("as-user-extra")?.TextLists() ?? []);
        if (user.Text("as") is { } name)
        {
            // .NET sends all values of a header in one line, which the API server takes for one group whose name has commas.
            if (groups.Count > 1)
                throw new InvalidDataException($"{user.Path}.as-groups has {groups.Count} groups, and only one can be sent: give a user, or one group, that is bound to what it needs");
            if (extra.GroupBy(value => value.Key).FirstOrDefault(values => values.Count() > 1) is { Key: var key })
                throw new InvalidDataException($"{user.Path}.as-user-extra has several values for \"{key}\", and only one can be sent");
            return new Impersonation(name, uid, groups, extra);
        }

        return uid is null && groups.Count == 0 && extra.Count == 0
            ? null
            : throw new InvalidDataException($"{user.Path} has as-uid, as-groups or as-user-extra without \"as\", the user that they belong to");
    }
}

/// <summary>What one kubeconfig file says.</summary>
internal sealed record KubeconfigFile(
    string? CurrentContext,
    IReadOnlyList<KubeconfigContext> Contexts,
    IReadOnlyList<KubeconfigCluster> Clusters,
    IReadOnlyList<KubeconfigUser> Users);
