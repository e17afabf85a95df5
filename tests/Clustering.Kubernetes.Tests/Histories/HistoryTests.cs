namespace OrleansOperator.Clustering.Kubernetes.Tests.Histories;

/// <summary>
/// Random histories of crashes, hangs, replaced pods, partitions, outages, wrong clocks and deleted tables. In all of them: a silo that reaches
/// the API server and a majority of the silos is never evicted; the dead are evicted in time; and when all is well again there is one
/// cluster, with every silo in it.
/// </summary>
public sealed class HistoryTests
{
    private const int Histories = 2000;

    /// <summary>Histories that have found something, and do not any more.</summary>
    public static TheoryData<int, string> Found => new()
    {
        { 35, "two cut links: two silos evicted a third that most others reached" },
        { 461, "a brownout: a silo was fenced that had no worse luck than the others" },
        { 1615, "a table deleted while a silo joined: it kept its view of the old one" },
    };

    [Fact]
    public async Task No_history_breaks_an_invariant()
    {
        var from = int.Parse(Environment.GetEnvironmentVariable("HISTORY_SEED") ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        await Parallel.ForAsync(from, from + Histories, TestContext.Current.CancellationToken, static async (seed, _) =>
        {
            try
            {
                await History.RunAsync(seed);
            }
            catch (BrokenInvariantException e)
            {
                Assert.Fail($"Seed {seed}: {e.Message}");
            }
        });
    }

    [Theory]
    [MemberData(nameof(Found))]
    public async Task A_history_that_once_broke_one_does_not_any_more(int seed, string what)
    {
        try
        {
            await History.RunAsync(seed);
        }
        catch (BrokenInvariantException e)
        {
            Assert.Fail($"{what}: {e.Message}");
        }
    }
}
