using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging;
using OrleansOperator.KubeApi.Configuration.Kubeconfigs;
using OrleansOperator.KubeApi.Credentials;

namespace OrleansOperator.KubeApi.Configuration;

/// <summary>From a kubeconfig's context to a connection. What kubectl refuses is refused here, in words that name the field.</summary>
internal sealed partial class ContextConnection(
    Kubeconfig kubeconfig, KubeconfigContext context, KubeEnvironment environment, TimeProvider time, ILogger logger)
{
    private static readonly string[] s_proxySchemes = ["http", "https", "socks5"];

    /// <param name="master">URL of the API server in place of the cluster's; null or empty for the cluster's.</param>
    /// <exception cref="KubeConfigurationException">A field is wrong, a file cannot be read, or an exec plugin gives no credentials.</exception>
    public KubeConnection Build(string? master)
    {
        var cluster = kubeconfig.ClusterOf(context);
        var user = kubeconfig.UserOf(context);
        var server = string.IsNullOrEmpty(master) ? cluster.Server : master;
        if (!Uri.TryCreate(server, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw Wrong($"the server \"{server}\" of its cluster \"{cluster.Name}\" is not an http or https URL");
        try
        {
            return new KubeConnection(url)
            {
                Namespace = context.Namespace,
                Trust = Trust(cluster),
                TlsServerName = cluster.TlsServerName,
                Proxy = Proxy(cluster),
                DisableCompression = cluster.DisableCompression,
                Credentials = user is null ? new StoredCredentials(null) : CredentialsOf(user, cluster, url),
                Impersonate = user?.Impersonate,
            };
        }
        catch (CredentialException e)
        {
            throw Wrong(e.Message, e);
        }
    }

    private ServerTrust Trust(KubeconfigCluster cluster)
    {
        var (file, data) = (cluster.CertificateAuthority, cluster.CertificateAuthorityData);
        if (file is not null && data is not null)
            throw Both("certificate-authority", "certificate-authority-data", $"cluster \"{cluster.Name}\"");
        if (cluster.InsecureSkipTlsVerify)
        {
            if ((file ?? data) is not null)
                throw Wrong($"its cluster \"{cluster.Name}\" has a certificate authority and insecure-skip-tls-verify, of which only one can be meant: remove the other");
            LogInsecure(logger, cluster.Server);
            return ServerTrust.Insecure;
        }

        if (data is not null)
            return ServerTrust.Of(Decode(data, "certificate-authority-data", $"cluster \"{cluster.Name}\""));
        if (file is null)
            return ServerTrust.Machine;
        var reloaded = new ReloadedFile<X509Certificate2Collection>([file], static texts => ServerTrust.Parse(texts[0]), time, logger);
        return ServerTrust.Of(Checked(reloaded, "certificate-authority", $"cluster \"{cluster.Name}\""));
    }

    private Uri? Proxy(KubeconfigCluster cluster)
    {
        if (cluster.ProxyUrl is not { } text)
            return null;

        // The URL may have a password and is not repeated.
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
            throw Wrong($"the proxy-url of its cluster \"{cluster.Name}\" is not a URL, such as http://proxy:3128");
        return s_proxySchemes.Contains(url.Scheme)
            ? url
            : throw Wrong($"the proxy-url of its cluster \"{cluster.Name}\" has the scheme {url.Scheme}: it must be http, https or socks5");
    }

    private ICredentialSource CredentialsOf(KubeconfigUser user, KubeconfigCluster cluster, Uri server)
    {
        var whose = $"user \"{user.Name}\"";
        if ((user.Token ?? user.TokenFile) is not null && (user.Username ?? user.Password) is not null)
            throw Wrong($"its {whose} has both a token and a password: remove one of them");
        if (user is { Exec: not null, AuthProvider: not null })
            throw Wrong($"its {whose} has both an exec plugin and an auth-provider: remove one of them");
        if (user.Exec is { } exec)
            return Exec(exec, cluster, server, whose);
        if (user.AuthProvider is { } provider)
        {
            return provider.Name == "oidc"
                ? new OidcCredentials(provider.Config)
                : throw Wrong($"its {whose} has the auth-provider \"{provider.Name}\", which Kubernetes has removed: use the exec plugin of your provider");
        }

        return new StoredCredentials(Authorization(user), TokenFile(user, whose), Certificate(user, whose), CertificateFiles(user, whose));
    }

    private static AuthenticationHeaderValue? Authorization(KubeconfigUser user)
    {
        if (user.Token is { } token)
            return new AuthenticationHeaderValue("Bearer", token);
        return (user.Username ?? user.Password) is null
            ? null
            : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user.Username}:{user.Password}")));
    }

    private ReloadedFile<AuthenticationHeaderValue>? TokenFile(KubeconfigUser user, string whose) => user.TokenFile is { } file
        ? Checked(BearerToken.In(file, time, logger), "tokenFile", whose)
        : null;

    private ClientCertificate? Certificate(KubeconfigUser user, string whose)
    {
        if (user is { ClientCertificate: not null, ClientCertificateData: not null })
            throw Both("client-certificate", "client-certificate-data", whose);
        if (user is { ClientKey: not null, ClientKeyData: not null })
            throw Both("client-key", "client-key-data", whose);
        if ((user.ClientCertificate ?? user.ClientCertificateData) is null != (user.ClientKey ?? user.ClientKeyData) is null)
            throw Wrong($"its {whose} has one of client-certificate and client-key, without the other");
        return user is { ClientCertificateData: { } certificate, ClientKeyData: { } key }
            ? ClientCertificate.FromPem(Decode(certificate, "client-certificate-data", whose), Decode(key, "client-key-data", whose))
            : null;
    }

    private ReloadedFile<ClientCertificate>? CertificateFiles(KubeconfigUser user, string whose)
    {
        if ((user.ClientCertificate ?? user.ClientKey) is null)
            return null;
        string[] files = [.. new[] { user.ClientCertificate, user.ClientKey }.OfType<string>()];
        var certificate = user.ClientCertificateData is { } inline ? Decode(inline, "client-certificate-data", whose) : null;
        var key = user.ClientKeyData is { } inlineKey ? Decode(inlineKey, "client-key-data", whose) : null;
        var reloaded = new ReloadedFile<ClientCertificate>(
            files, texts => ClientCertificate.FromPem(certificate ?? texts[0], key ?? texts[^1]), time, logger);
        return Checked(reloaded, user.ClientCertificate is null ? "client-key" : "client-certificate", whose);
    }

    private ExecCredentials Exec(KubeconfigExec exec, KubeconfigCluster cluster, Uri server, string whose)
    {
        if (exec.Command is null)
            throw Wrong($"the exec plugin of its {whose} has no command");
        if (exec.ApiVersion is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1"))
            throw Wrong($"the exec plugin of its {whose} has the apiVersion \"{exec.ApiVersion}\": it must be client.authentication.k8s.io/v1 or v1beta1");
        if (exec.InteractiveMode is not (null or "Never" or "IfAvailable" or "Always"))
            throw Wrong($"the exec plugin of its {whose} has the interactiveMode \"{exec.InteractiveMode}\": it must be Never, IfAvailable or Always");
        if (exec.InteractiveMode == "Always" && !environment.HasTerminal)
            throw Wrong($"the exec plugin of its {whose} needs a terminal (interactiveMode: Always), and this process has none");

        var spec = new ExecCredentialSpec(
            exec.ProvideClusterInfo ? ClusterInfo(cluster, server) : null, exec.InteractiveMode != "Never" && environment.HasTerminal);
        var credentials = new ExecCredentials(new ExecPlugin(exec, new ExecCredential(exec.ApiVersion, "ExecCredential", spec), time), time);
        credentials.RunNow();
        return credentials;
    }

    private static ExecCluster ClusterInfo(KubeconfigCluster cluster, Uri server) => new(
        server.OriginalString,
        cluster.TlsServerName,
        cluster.InsecureSkipTlsVerify,
        cluster.CertificateAuthorityData
            ?? (cluster.CertificateAuthority is { } file ? Convert.ToBase64String(File.ReadAllBytes(file)) : null),
        cluster.ProxyUrl,
        cluster.DisableCompression,
        cluster.ExecConfig);

    private ReloadedFile<T> Checked<T>(ReloadedFile<T> file, string field, string whose)
        where T : class
    {
        try
        {
            _ = file.Current;
            return file;
        }
        catch (CredentialException e)
        {
            throw new KubeConfigurationException(
                $"Kubeconfig {kubeconfig.Files}: {field} of {whose} cannot be read ({e.Message}): correct the path, its permissions or the file.", e);
        }
    }

    private string Decode(string data, string field, string whose)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(data));
        }
        catch (FormatException e)
        {
            throw Wrong($"{field} of its {whose} is not base64", e);
        }
    }

    private KubeConfigurationException Both(string one, string other, string whose) =>
        Wrong($"its {whose} has both {one} and {other}: remove one of them");

    private KubeConfigurationException Wrong(string problem, Exception? inner = null) => kubeconfig.Unusable(context, problem, inner);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The certificate of {Server} is not verified (insecure-skip-tls-verify): whoever answers there gets this client's credentials")]
    private static partial void LogInsecure(ILogger logger, string? server);
}
