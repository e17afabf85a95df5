using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;

namespace OrleansOperator.Chaos.Support;

/// <summary>
/// How the API server is reached: over plain HTTP by administrators, or, with <c>CHAOS_HTTPS=1</c>, over HTTPS with RBAC, and the silos as the ServiceAccount
/// that deploy/ defines.
/// </summary>
internal sealed partial class ApiAccess : IDisposable
{
    private const string Administrator = "chaos-administrator";
    private const string Operator = "chaos-operator";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chaos-");

    public ApiAccess()
    {
        if (!IsSecure)
            return;
        File.WriteAllText(PathOf("account.yaml"), string.Join("\n---\n", OperatorAccount.Manifests("default")));
        File.WriteAllText(PathOf("users.csv"), $"{Operator},system:serviceaccount:default:orleans-operator,,\"system:serviceaccounts,system:serviceaccounts:default\"\n");
    }

    /// <summary>The kubeconfig that silos are started with.</summary>
    public string SiloKubeconfig => IsSecure ? PathOf("silo.kubeconfig") : PathOf("kubeconfig");

    private static bool IsSecure => Environment.GetEnvironmentVariable("CHAOS_HTTPS") is { Length: > 0 };

    /// <summary>Where an API server is to listen.</summary>
    public static Uri UrlOf(string host, int port) => new($"{(IsSecure ? "https" : "http")}://{host}:{port}");

    /// <summary>What the API server is started with.</summary>
    public string[] Arguments(Uri url)
    {
        string[] plain = ["--urls", url.GetLeftPart(UriPartial.Authority), "--kubeconfig", PathOf("kubeconfig")];
        return IsSecure ? [.. plain, "--token", Administrator, "--token-auth-file", PathOf("users.csv"), "--apply", PathOf("account.yaml")] : plain;
    }

    /// <summary>An administrator's client, once the server is ready.</summary>
    public HttpClient Connect(Uri url)
    {
        if (!IsSecure)
            return new HttpClient { BaseAddress = url };
        var kubeconfig = File.ReadAllText(PathOf("kubeconfig"));
        File.WriteAllText(SiloKubeconfig, kubeconfig.Replace(Administrator, Operator, StringComparison.Ordinal));
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(
            X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(Authority().Match(kubeconfig).Groups[1].Value))));
        return new HttpClient(handler) { BaseAddress = url, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Administrator) } };
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string PathOf(string file) => Path.Combine(_folder.FullName, file);

    [GeneratedRegex(@"certificate-authority-data: (\S+)")]
    private static partial Regex Authority();
}
