using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace OrleansOperator.KubeApi.Tests.Support;

/// <summary>A server on a free port that answers as a test says.</summary>
internal sealed class TestApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestApiServer(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    public static async Task<TestApiServer> StartAsync(
        RequestDelegate answer, X509Certificate2? certificate = null, X509Certificate2? clientAuthority = null, bool compress = false, Encoding? headerEncoding = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.RequestHeaderEncodingSelector = _ => headerEncoding);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is null)
                return;

            listen.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                if (clientAuthority is null)
                    return;

                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.ClientCertificateValidation = (presented, _, _) => IsSignedBy(presented, clientAuthority);
            });
        }));
        if (compress)
            builder.Services.AddResponseCompression(options => options.EnableForHttps = true);

        var app = builder.Build();
        if (compress)
            app.UseResponseCompression();

        app.Run(answer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TestApiServer(app);
    }

    public static Task<TestApiServer> StartAsync(
        int status, string body, string contentType = KubeMediaTypes.Json, params (string Name, string Value)[] headers) =>
        StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = contentType;
            foreach (var (name, value) in headers)
                context.Response.Headers[name] = value;

            return context.Response.WriteAsync(body);
        });

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static bool IsSignedBy(X509Certificate2 certificate, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }
}
