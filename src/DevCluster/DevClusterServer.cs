using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using OrleansOperator.DevCluster.Admission;
using OrleansOperator.DevCluster.Audit;
using OrleansOperator.DevCluster.Authentication;
using OrleansOperator.DevCluster.Certificates;
using OrleansOperator.DevCluster.Faults;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Loops;
using OrleansOperator.DevCluster.Resources;
using YamlDotNet.Core;

namespace OrleansOperator.DevCluster;

/// <summary>
/// An embedded Kubernetes API server, in memory, over real HTTP: envtest for .NET. It starts in milliseconds; point any
/// Kubernetes client at it.
/// </summary>
public sealed class DevClusterServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ObjectService _objects;
    private readonly ResourceRegistry _registry;
    private readonly CrdLifecycle _crds;
    private readonly ClusterLoops? _loops;
    private readonly DevClusterOptions _options;
    private readonly ServerTls? _tls;
    private readonly ServerParts _parts;
    private readonly ServiceAccountTokens _tokens;

    private DevClusterServer(WebApplication app, Uri url, DevClusterOptions options, ServerTls? tls, ServerParts parts)
    {
        (_app, Url, _options, _tls) = (app, url, options, tls);
        (_objects, _registry, _crds, _loops) = (parts.Objects, parts.Registry, parts.Crds, parts.Loops);
        (_tokens, Faults, Audit) = (parts.Tokens, parts.Faults, parts.Audit);
        _parts = parts;
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>Makes it misbehave.</summary>
    public FaultInjector Faults { get; }

    /// <summary>Who asked for what.</summary>
    public AuditLog Audit { get; }

    /// <summary>The certificate of the server's authority, for clients to trust; null over plain HTTP.</summary>
    public X509Certificate2? CertificateAuthority => _tls?.Certificate;

    /// <summary>
    /// A kubeconfig of the administrator, as YAML. Over HTTPS it has a client certificate, or the token if there is one; over plain HTTP the token if
    /// there is one.
    /// </summary>
    public string Kubeconfig => _tls is not null && _options.Token is null
        ? KubeconfigFor(UserInfo.Administrator.Name, UserInfo.Masters)
        : Certificates.Kubeconfig.Of(Url, _tls?.Pem, UserInfo.Administrator.Name, Certificates.Kubeconfig.Credentials(_options.Token));

    /// <summary>A kubeconfig of any user, with a client certificate, as YAML.</summary>
    /// <param name="user">The user's name.</param>
    /// <param name="groups">The user's groups.</param>
    /// <exception cref="InvalidOperationException">The server speaks plain HTTP, over which there are no client certificates.</exception>
    public string KubeconfigFor(string user, params IEnumerable<string> groups)
    {
        using var certificate = IssueClientCertificate(user, groups);
        return Certificates.Kubeconfig.Of(Url, _tls!.Pem, user, Certificates.Kubeconfig.Credentials(certificate));
    }

    /// <summary>A token of a service account, as the TokenRequest API gives it.</summary>
    /// <param name="ns">The account's namespace.</param>
    /// <param name="name">The account's name.</param>
    /// <param name="lifetime">How long it is valid; an hour by default.</param>
    /// <exception cref="InvalidOperationException">There is no such account.</exception>
    public string CreateServiceAccountToken(string ns, string name, TimeSpan? lifetime = null) => _tokens.Issue(
        _objects.Store.Find("serviceaccounts", ns, name) ?? throw new InvalidOperationException($"There is no ServiceAccount {name} in the namespace {ns}: apply it first."),
        [ServiceAccountTokens.Issuer], lifetime ?? TimeSpan.FromHours(1)).Token;

    /// <summary>A kubeconfig of a service account with a token of an hour, as YAML; commands work in the account's namespace.</summary>
    /// <param name="ns">The account's namespace.</param>
    /// <param name="name">The account's name.</param>
    /// <exception cref="InvalidOperationException">There is no such account.</exception>
    public string KubeconfigForServiceAccount(string ns, string name) =>
        Certificates.Kubeconfig.Of(Url, _tls?.Pem, name, Certificates.Kubeconfig.Credentials(CreateServiceAccountToken(ns, name)), ns);

    /// <summary>A certificate by which a client can show that it is a user, with its key.</summary>
    /// <param name="user">The user's name.</param>
    /// <param name="groups">The user's groups.</param>
    /// <param name="lifetime">How long it is valid; a year by default.</param>
    /// <exception cref="InvalidOperationException">The server speaks plain HTTP, over which there are no client certificates.</exception>
    public X509Certificate2 IssueClientCertificate(string user, IEnumerable<string> groups, TimeSpan? lifetime = null) =>
        (_tls ?? throw new InvalidOperationException("The server speaks plain HTTP, over which there are no client certificates: give the user a token in DevClusterOptions.Users."))
        .IssueClient(user, groups, lifetime);

    /// <summary>An HTTP client of the administrator, which trusts the server; its base address is <see cref="Url"/>.</summary>
    public HttpClient CreateHttpClient()
    {
        var client = CreateHttpClient(_tls is null ? null : IssueClientCertificate(UserInfo.Administrator.Name, [UserInfo.Masters]));
        if (_tls is null && _options.Token is { } token)
            client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    /// <summary>An HTTP client of any user, which trusts the server; its base address is <see cref="Url"/>.</summary>
    /// <param name="certificate">The user's certificate with its key; null for no credentials.</param>
    public HttpClient CreateHttpClient(X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        if (_tls is not null)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(_tls.Certificate);
            if (certificate is not null)
                handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
        }

        return new HttpClient(handler) { BaseAddress = Url };
    }

    /// <summary>Starts a server.</summary>
    /// <exception cref="IOException">The port is in use.</exception>
    public static async Task<DevClusterServer> StartAsync(DevClusterOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new DevClusterOptions();

        // The certificates and the first objects are made while the web server is put together.
        var preparing = Task.Run(() => ServerParts.Prepared(options), cancellationToken);
        var certificates = options.IsSecure ? Task.Run(() => new ServerTls(options.Address, options.TimeProvider), cancellationToken) : null;
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });

        // Whoever starts it gets the exception of a start that fails.
        builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Error).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxRequestBufferSize = BodyReader.MaxBytes + (64 * 1024);

            // A watcher that does not read is dropped by its queue; Kestrel need not count its bytes.
            kestrel.Limits.MinResponseDataRate = null;
            if (certificates is not null)
                ServerTls.Configure(kestrel, certificates);
        });
        builder.WebHost.UseUrls(options.Address);
        var app = builder.Build();
        var tls = certificates is null ? null : await certificates;
        var parts = await preparing;
        app.Run(parts.HandlerOf(tls, app.Services.GetRequiredService<ILogger<RequestHandler>>()).HandleAsync);
        await app.StartAsync(cancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var url = new Uri(address.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "127.0.0.1", StringComparison.Ordinal));
        return new DevClusterServer(app, url, options, tls, parts);
    }

    /// <summary>
    /// Writes <see cref="Kubeconfig"/> to a file that only its owner can read. What is at the path is replaced, not written through:
    /// neither a link put there nor permissions that a file had before give the credentials away.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to.</exception>
    public void WriteKubeconfig(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var draft = $"{path}.{Guid.NewGuid():N}";
        try
        {
            using (var writer = new StreamWriter(draft, options))
                writer.Write(Kubeconfig);
            File.Move(draft, path, overwrite: true);
        }
        catch
        {
            if (File.Exists(draft))
                File.Delete(draft);
            throw;
        }
    }

    /// <summary>Creates or replaces objects from manifests, JSON or YAML, one or several documents. CRDs are served on return.</summary>
    /// <exception cref="InvalidOperationException">A manifest is not accepted; the message says why.</exception>
    public async Task ApplyAsync(string manifests, CancellationToken cancellationToken = default)
    {
        foreach (var document in Documents(manifests))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await ApplyAsync(document as JsonObject ?? throw new InvalidOperationException("A document is not an object with apiVersion and kind."), cancellationToken);
        }
    }

    private static List<JsonNode> Documents(string manifests)
    {
        try
        {
            return Yaml.ParseAll(manifests);
        }
        catch (YamlException e)
        {
            throw new InvalidOperationException($"It is not valid YAML: line {e.Start.Line}, column {e.Start.Column}: {e.Message}", e);
        }
        catch (FormatException e)
        {
            throw new InvalidOperationException($"It is not a manifest: {e.Message}.", e);
        }
    }

    /// <summary>Stops the server and its loops.</summary>
    public async ValueTask DisposeAsync()
    {
        Faults.GoAway();
        if (_loops is not null)
            await _loops.DisposeAsync();
        await _app.DisposeAsync();
        _parts.Dispose();
        if (_tls is not null)
            await _tls.DisposeAsync();
    }

    /// <summary>Completes when the process is told to stop.</summary>
    internal Task WaitForShutdownAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    private async Task ApplyAsync(JsonObject document, CancellationToken cancellationToken)
    {
        var resource = _registry.FindKind(document.Text("apiVersion") ?? "", document.Text("kind") ?? "")
            ?? throw new InvalidOperationException($"The server knows no {document.Text("apiVersion")} {document.Text("kind")}.");
        var name = document["metadata"].Text("name") ?? "";
        var ns = resource.Namespaced ? document["metadata"].Text("namespace") ?? "default" : null;
        var write = new WriteOptions("devcluster-apply", By: new ClusterRequester(cancellationToken));
        try
        {
            ObjectDecoding.CheckNamespace(resource, ns, document.Ensure("metadata"));
            var stored = _objects.Store.Find(resource.StoreName, ns ?? "", name) is null
                ? await _objects.CreateAsync(resource, ns, document.Clone(), write)
                : await _objects.ReplaceAsync(resource, ns, name, null, ObjectDecoding.Decoded(resource, document.Clone(), write), write);
            _crds.Written(resource, stored);
        }
        catch (ApiException e)
        {
            throw new InvalidOperationException(e.Message, e);
        }
    }
}
