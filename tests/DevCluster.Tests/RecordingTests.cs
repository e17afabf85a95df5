using OrleansOperator.DevCluster.Tests.Replay;

namespace OrleansOperator.DevCluster.Tests;

/// <summary>Every request of the recordings is answered as a real API server answered it.</summary>
public sealed class RecordingTests
{
    private const string Token = "T";

    /// <summary>The recordings, but for the first, which sets the scene for each.</summary>
    public static TheoryData<string> Files =>
        [.. from path in Directory.EnumerateFiles(Folder, "*.json") let name = Path.GetFileName(path) where name != Scene orderby name select name];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "recordings");

    private static string Scene => "00-foo-crd.json";

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_step_is_as_recorded(string file)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await DevClusterServer.StartAsync(
            new DevClusterOptions { PlainHttp = true, Token = Token, Loops = false, ShardedListAndWatch = true }, cancellationToken);
        await using var player = new Player(server.Url, Token);

        Assert.Empty(await player.PlayAsync(Path.Combine(Folder, Scene), cancellationToken));
        Assert.Empty(await player.PlayAsync(Path.Combine(Folder, file), cancellationToken));
    }
}
