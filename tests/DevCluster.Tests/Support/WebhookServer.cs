using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansOperator.DevCluster.Tests.Support;

/// <summary>A server of webhooks: over HTTPS, with an authority of its own. What it answers depends on the path.</summary>
internal sealed class WebhookServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Func<HttpContext, JsonObject, Task>> _answers = new();

    private WebhookServer(WebApplication app, string caBundle) => (_app, CaBundle) = (app, caBundle);

    /// <summary>The certificate of its authority, as a <c>caBundle</c>.</summary>
    public string CaBundle { get; }

    /// <summary>The reviews that it got, in order.</summary>
    public ConcurrentQueue<JsonObject> Reviews { get; } = new();

    public Uri Url { get; private set; } = null!;

    /// <param name="names">The names that its certificate is for, besides 127.0.0.1.</param>
    public static async Task<WebhookServer> StartAsync(params string[] names)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=webhooks-ca", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var certificate = Issue(authority, names);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        var server = new WebhookServer(app, Convert.ToBase64String(Encoding.UTF8.GetBytes(authority.ExportCertificatePem())));
        app.Run(server.HandleAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        server.Url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return server;
    }

    /// <summary>Answers reviews at a path with what a function makes of the request in them; the uid is filled in.</summary>
    public void Answer(string path, Func<JsonObject, JsonObject> respond) => AnswerRaw(path, async (http, review) =>
    {
        var response = respond(review["request"]!.AsObject());
        response["uid"] ??= review["request"]!["uid"]!.DeepClone();
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(new JsonObject { ["apiVersion"] = "admission.k8s.io/v1", ["kind"] = "AdmissionReview", ["response"] = response }.ToJsonString());
    });

    /// <summary>Answers requests at a path in any way.</summary>
    public void AnswerRaw(string path, Func<HttpContext, JsonObject, Task> answer) => _answers[path] = answer;

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task HandleAsync(HttpContext http)
    {
        var review = (await JsonNode.ParseAsync(http.Request.Body))!.AsObject();
        Reviews.Enqueue(review);
        if (_answers.TryGetValue(http.Request.Path, out var answer))
            await answer(http, review);
        else
            http.Response.StatusCode = 404;
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=webhook", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        alternatives.AddIpAddress(IPAddress.Loopback);
        foreach (var name in names)
            alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        using var certificate = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(12), RandomNumberGenerator.GetBytes(8));
        using var whole = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }
}
