using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Http;

public sealed class ManyWatchersTests
{
    [Fact]
    public async Task One_change_reaches_a_hundred_watchers()
    {
        await using var cluster = await TestCluster.StartAsync();
        var token = TestContext.Current.CancellationToken;
        var readers = new List<StreamReader>();
        for (var i = 0; i < 100; i++)
            readers.Add(new StreamReader(await cluster.Http.GetStreamAsync(TestCluster.ConfigMaps + "?watch=true&resourceVersion=0&labelSelector=!none", token)));
        await cluster.CreateAsync("news");
        foreach (var reader in readers)
        {
            Assert.Contains("\"news\"", await reader.ReadLineAsync(token), StringComparison.Ordinal);
            reader.Dispose();
        }
    }
}
