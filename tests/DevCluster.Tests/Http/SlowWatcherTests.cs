using System.Net.Sockets;
using System.Text;
using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Http;

public sealed class SlowWatcherTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(50, long.MaxValue)]
    [InlineData(20_000, 4_000_000)]
    public async Task A_watcher_that_never_reads_is_dropped_and_the_others_are_not(int queue, long bytes)
    {
        await using var cluster = await TestCluster.StartAsync(new DevClusterOptions { PlainHttp = true, WatchQueueLimit = queue, WatchQueueBytes = bytes });
        using var deaf = await DeafAsync(cluster);
        using var reader = new StreamReader(await cluster.Http.GetStreamAsync(TestCluster.ConfigMaps + "?watch=true", Token));
        var big = new string('x', 100_000);
        var seen = Task.Run(async () =>
        {
            for (var i = 0; i < 300; i++)
                Assert.Contains($"\"n{i}\"", (await reader.ReadLineAsync(Token))![..2000], StringComparison.Ordinal);
        }, Token);
        for (var i = 0; i < 300; i++)
        {
            var body = TestCluster.ConfigMap($"n{i}").Replace("\"1\"", $"\"{big}\"", StringComparison.Ordinal);
            Assert.Equal(201, (await cluster.SendAsync(HttpMethod.Post, TestCluster.ConfigMaps, body)).Code);
        }

        await seen;
        await AssertCutAsync(deaf);
        await cluster.AssertUnharmedAsync();
    }

    [Fact]
    public async Task History_is_bounded_in_bytes()
    {
        await using var cluster = await TestCluster.StartAsync(new DevClusterOptions { HistoryBytes = 1_000_000 });
        var first = (await cluster.CreateAsync("first")).Json["metadata"]!["resourceVersion"]!.GetValue<string>();
        var big = new string('x', 100_000);
        for (var i = 0; i < 20; i++)
            await cluster.SendAsync(HttpMethod.Post, TestCluster.ConfigMaps, TestCluster.ConfigMap($"n{i}").Replace("\"1\"", $"\"{big}\"", StringComparison.Ordinal));
        var answer = await cluster.GetAsync($"{TestCluster.ConfigMaps}?watch=true&timeoutSeconds=1&resourceVersion={first}");
        Assert.Equal(410, answer.Json["object"]!["code"]!.GetValue<int>());
    }

    /// <summary>A watch whose client reads the head of the answer and nothing more.</summary>
    private static async Task<Socket> DeafAsync(TestCluster cluster)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(cluster.Server.Url.Host, cluster.Server.Url.Port, Token);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {TestCluster.ConfigMaps}?watch=true HTTP/1.1\r\nHost: a\r\n\r\n"), Token);
        await socket.ReceiveAsync(new byte[16], Token);
        return socket;
    }

    /// <summary>Reads what was on its way; then the connection is found broken, with no proper end.</summary>
    private static async Task AssertCutAsync(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        var tail = "";
        try
        {
            while (await socket.ReceiveAsync(buffer, Token) is > 0 and var count)
                tail = Encoding.ASCII.GetString(buffer, 0, count);
        }
        catch (SocketException)
        {
            return;
        }

        Assert.DoesNotContain("\r\n0\r\n\r\n", tail, StringComparison.Ordinal);
    }
}
