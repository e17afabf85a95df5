using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster;
using OrleansOperator.Integration.Support;
using OrleansOperator.Silo.Tests.Support;

namespace OrleansOperator.Integration.Processes;

/// <summary>Silos that talk over mutual TLS, as processes: who belongs to them shares their work, who does not stays outside.</summary>
public sealed class SiloTlsTests : IAsyncLifetime
{
    private readonly TestCertificates _authority = new();
    private readonly TestCertificates _next = new("next authority");
    private readonly string _folder = Directory.CreateTempSubdirectory("silo-tls-").FullName;
    private readonly TemporaryFile _kubeconfig = new();
    private readonly HttpClient _http = new();
    private readonly List<Member> _silos = [];
    private DevClusterServer _cluster = null!;
    private ClusterClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await Clusters.StartAsync();
        await _cluster.ApplyAsync(Manifests.FooCrd, TestContext.Current.CancellationToken);
        await _cluster.ApplyAsync(Manifests.OrleansClusterCrd, TestContext.Current.CancellationToken);
        await _cluster.WriteOperatorKubeconfigAsync(_kubeconfig.Path);
        _client = new ClusterClient(_cluster, "default");
        _authority.WriteTo(_folder);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos)
            await silo.Process.DisposeAsync();
        _http.Dispose();
        _client.Dispose();
        await _cluster.DisposeAsync();
        _kubeconfig.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Silos_of_one_authority_share_the_work_and_others_stay_outside()
    {
        var (first, second) = (Start("--tls-directory", _folder), Start("--tls-directory", _folder));
        await first.Process.Says("Silo ready");
        await second.Process.Says("Silo ready");
        for (var i = 0; i < 40; i++)
            await _client.CreateFooAsync($"foo-{i}", $"foo-{i}", 1);
        for (var i = 0; i < 40; i++)
            await _client.ReadyFoo($"foo-{i}");
        await SharedBy(2, first);

        // A silo of another authority, and one that knows nothing of TLS, both with all permissions in the API server.
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "other")).FullName;
        new TestCertificates("other authority").WriteTo(folder);
        var stranger = Start("--tls-directory", folder);
        var plain = Start();
        await first.Process.Says("A connection between silos was refused: its certificate is not signed by an authority of ca.crt (CN=silo, issued by CN=other authority) (such as 127.0.0.1)");
        await first.Process.Says("A connection between silos was refused: the peer does not complete a TLS handshake");
        await stranger.Process.Says("A connection between silos was refused: its certificate is not signed by an authority of ca.crt (CN=silo, issued by CN=test authority)");

        await _client.PatchFooAsync("foo-0", """{"spec":{"replicas":3}}""");
        await _client.DeploymentWhere("foo-0", d => d["spec"]!["replicas"]!.GetValue<int>() == 3, "follows");
        await SharedBy(2, first);
        Assert.DoesNotContain("Silo ready", stranger.Process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Silo ready", plain.Process.Output, StringComparison.Ordinal);
        Assert.Equal((false, false), (first.Process.HasExited, second.Process.HasExited));
        Assert.DoesNotContain("   at ", first.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strangers_are_refused_and_each_cause_is_logged_once()
    {
        var silo = Start("--tls-directory", _folder);
        await silo.Process.Says("Silo ready");

        for (var i = 0; i < 5; i++)
        {
            await RefusedAsync(silo.Port, null);
            await RefusedAsync(silo.Port, new TestCertificates("other authority").Issue());
            await RefusedAsync(silo.Port, _authority.Issue(to: DateTimeOffset.UtcNow.AddHours(-1)));
            await RefusedAsync(silo.Port, _authority.Issue("billing.example.svc"));
            await RefusedAsync(silo.Port, _authority.Issue(usages: TestCertificates.ServerAuthentication));
        }

        await AcceptedAsync(silo.Port, _authority.Issue());
        foreach (var cause in (string[])["the peer shows no certificate", "is not signed by an authority", "its certificate expired at", "does not have the DNS name", "is not for TLS client authentication"])
            await silo.Process.Says(cause);
        var metrics = await _http.GetStringAsync(new Uri($"http://127.0.0.1:{silo.ProbePort}/metrics"), TestContext.Current.CancellationToken);
        foreach (var cause in (string[])["no_certificate", "authority", "expired", "name", "usage"])
            Assert.Contains($"silo_connections_refused_total{{cause=\"{cause}\"}} 5", metrics, StringComparison.Ordinal);
        Assert.Contains("silo_connections_refused_total{cause=\"no_handshake\"} 0", metrics, StringComparison.Ordinal);
        Assert.Matches("(?m)^silo_certificate_expiration_timestamp_seconds(\\{\\})? [0-9]{10}", metrics);
        Assert.Equal(5, silo.Process.Output.Split('\n').Count(line => line.Contains("was refused", StringComparison.Ordinal)));
        Assert.DoesNotContain("   at ", silo.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificates_and_authorities_are_replaced_while_silos_run()
    {
        var first = Start("--tls-directory", _folder);
        await first.Process.Says("Silo ready");

        // Both authorities are trusted; then the old one goes.
        _authority.WriteTo(_folder, authorities: _authority.Pem + _next.Pem);
        await first.Process.Says("2 authorities");
        await AcceptedAsync(first.Port, _next.Issue());
        await AcceptedAsync(first.Port, _authority.Issue());
        _next.WriteTo(_folder);
        await first.Process.Says("1 authorities");
        await RefusedAsync(first.Port, _authority.Issue());

        var second = Start("--tls-directory", _folder);
        await second.Process.Says("Silo ready");
        await first.Process.Says("Active silos: 2");
    }

    [Fact]
    public async Task Certificates_that_cannot_be_used_are_one_line()
    {
        File.Delete(Path.Combine(_folder, "..data"));
        var silo = Start("--tls-directory", _folder);

        Assert.Equal(1, await silo.Process.ExitAsync());
        Assert.Equal($"--tls-directory: {_folder}/tls.crt does not exist.", silo.Process.Output.Trim());
    }

    private Member Start(params string[] arguments)
    {
        var (port, probes, admin) = (FreePort.Next(), FreePort.Next(), FreePort.Next());
        var silo = new Member(port, probes, admin, SiloProcess.Silo(
        [
            "--kubeconfig", _kubeconfig.Path, "--clustering", "kubernetes", "--silo-port", $"{port}", "--gateway-port", "0",
            "--urls", $"http://127.0.0.1:{probes}", "--admin-urls", $"http://127.0.0.1:{admin}", .. arguments,
        ]));
        _silos.Add(silo);
        return silo;
    }

    /// <summary>Waits until so many silos hold the Foos.</summary>
    private async Task SharedBy(int silos, Member asked) => await Eventually.Holds(
        async () =>
        {
            var list = JsonNode.Parse(await _http.GetStringAsync(new Uri($"http://127.0.0.1:{asked.AdminPort}/api/objects?limit=100"), TestContext.Current.CancellationToken))!;
            return list["items"]!.AsArray().GroupBy(item => item!["silo"]!.GetValue<string>()).ToDictionary(group => group.Key, group => group.Count());
        },
        shares => shares.Count == silos && shares.Values.Sum() == 40, $"{silos} silos share 40 Foos");

    private async Task AcceptedAsync(int port, (string CertificatePem, string KeyPem) certificate)
    {
        await using var connection = await ConnectAsync(port, certificate);
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        quiet.CancelAfter(TimeSpan.FromSeconds(30));

        // The silo begins with its preamble once it has accepted the certificate.
        Assert.True(await connection.ReadAsync(new byte[1], quiet.Token) > 0);
    }

    private async Task RefusedAsync(int port, (string CertificatePem, string KeyPem)? certificate)
    {
        // With TLS 1.3 the client has finished before the server looks at its certificate: the refusal is what it reads.
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var connection = await ConnectAsync(port, certificate);
            if (await connection.ReadAsync(new byte[1], TestContext.Current.CancellationToken) == 0)
                throw new IOException("closed");
        });
    }

    private async Task<SslStream> ConnectAsync(int port, (string CertificatePem, string KeyPem)? certificate)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(new X509Certificate2Collection { _authority.Certificate, _next.Certificate });
        var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = TestCertificates.Name,
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificates = certificate is { } own ? [X509Certificate2.CreateFromPem(own.CertificatePem, own.KeyPem)] : null,
                CertificateChainPolicy = policy,
            },
            TestContext.Current.CancellationToken);
        return tls;
    }

    private sealed record Member(int Port, int ProbePort, int AdminPort, SiloProcess Process);
}
