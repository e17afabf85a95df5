using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Certificates;

/// <summary>Writes kubeconfigs.</summary>
internal static class Kubeconfig
{
    /// <summary>A kubeconfig with one cluster and one user, as YAML.</summary>
    /// <param name="server">The server's URL.</param>
    /// <param name="authority">The certificate of its authority as PEM; null over plain HTTP.</param>
    /// <param name="user">What the user is called in it.</param>
    /// <param name="credentials">The user's credentials, a YAML mapping in flow style.</param>
    /// <param name="ns">The namespace that commands work in.</param>
    public static string Of(Uri server, string? authority, string user, string credentials, string ns = "default") => $"""
        apiVersion: v1
        kind: Config
        clusters:
          - name: devcluster
            cluster:
              server: {server.ToString().TrimEnd('/')}{(authority is null ? "" : $"\n      certificate-authority-data: {Base64(authority)}")}
        users:
          - name: {Quoted(user)}
            user: {credentials}
        contexts:
          - name: devcluster
            context: {$"{{ cluster: devcluster, user: {Quoted(user)}, namespace: {Quoted(ns)} }}"}
        current-context: devcluster

        """;

    /// <summary>A client certificate and its key as a user's credentials.</summary>
    public static string Credentials(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return $"{{ client-certificate-data: {Base64(certificate.ExportCertificatePem())}, client-key-data: {Base64(key.ExportPkcs8PrivateKeyPem())} }}";
    }

    /// <summary>A bearer token as a user's credentials.</summary>
    public static string Credentials(string? token) => token is null ? "{}" : $"{{ token: {Quoted(token)} }}";

    /// <summary>A JSON string, which YAML reads as it is.</summary>
    private static string Quoted(string text) => JsonValue.Create(text)!.ToJsonString();

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
