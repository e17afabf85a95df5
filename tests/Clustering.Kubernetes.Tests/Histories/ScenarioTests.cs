namespace OrleansOperator.Clustering.Kubernetes.Tests.Histories;

/// <summary>
/// What is known to kill healthy silos, in a hundred variations each: with the rules of this project none is killed, and without them, as Orleans does with any table, some are.
/// </summary>
public sealed class ScenarioTests
{
    private const int Variations = 100;

    private static readonly Dictionary<string, Func<World, Task>> s_scenarios = new()
    {
        ["a new pod whose clock is ahead by five minutes, and whose network comes up late"] = static async world =>
        {
            world.AddPod();
            var pod = world.Pods[^1];
            pod.Clock.Skew = TimeSpan.FromMinutes(5);
            foreach (var other in world.Pods.SkipLast(1))
                world.Cut(pod, other);
            await History.RunForAsync(world, TimeSpan.FromSeconds(60));
            world.HealPairs();
        },
        ["clocks five minutes apart, and a link cut for 30 s"] = static async world =>
        {
            (world.Pods[0].Clock.Skew, world.Pods[1].Clock.Skew) = (TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(-5));
            await History.RunForAsync(world, TimeSpan.FromSeconds(120));
            world.Cut(world.Pods[0], world.Pods[2]);
            await History.RunForAsync(world, TimeSpan.FromSeconds(30));
            world.HealPairs();
        },
        ["the API server away for 60 s, and links cut for 20 s of it"] = static async world =>
        {
            world.IsApiAway = true;
            await History.RunForAsync(world, TimeSpan.FromSeconds(20));
            world.Cut(world.Pods[0], world.Pods[1]);
            world.Cut(world.Pods[0], world.Pods[2]);
            await History.RunForAsync(world, TimeSpan.FromSeconds(20));
            world.HealPairs();
            await History.RunForAsync(world, TimeSpan.FromSeconds(20));
            world.IsApiAway = false;
        },
        ["a brownout of 60 s: half of all requests get no answer"] = static async world =>
        {
            world.Brownout = 0.5;
            await History.RunForAsync(world, TimeSpan.FromSeconds(60));
            world.Brownout = 0;
        },
        ["the table deleted"] = static async world =>
        {
            world.DeleteTable();
            await History.RunForAsync(world, TimeSpan.FromSeconds(10));
            world.Replace(world.Pods[0]);
        },
        ["all pods replaced"] = static world =>
        {
            foreach (var pod in world.Pods)
                world.Replace(pod);
            return Task.CompletedTask;
        },
    };

    public static TheoryData<string> Scenarios => [.. s_scenarios.Keys];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task No_healthy_silo_is_killed_and_all_are_one_cluster_in_two_minutes(string scenario)
    {
        var (killed, apart) = await RunAsync(scenario, withRules: true);
        var before = await RunAsync(scenario, withRules: false);
        TestContext.Current.TestOutputHelper?.WriteLine($"{scenario}: killed {killed}, not one cluster {apart} of {Variations}; as Orleans does: {before.Killed}, {before.Apart}");

        Assert.Equal((0, 0), (killed, apart));
    }

    /// <summary>How many healthy silos were killed, and in how many variations silos were not one cluster two minutes later.</summary>
    private static async Task<(int Killed, int Apart)> RunAsync(string scenario, bool withRules)
    {
        var (killed, apart) = (0, 0);
        for (var seed = 0; seed < Variations; seed++)
        {
            var world = new World(seed, pods: 3, withRules);
            await History.RunForAsync(world, TimeSpan.FromSeconds(120));
            await s_scenarios[scenario](world);
            await History.RunForAsync(world, TimeSpan.FromSeconds(120));
            killed += world.FalseEvictions;
            try
            {
                world.CheckSettled();
            }
            catch (BrokenInvariantException) when (!withRules)
            {
                apart++;
            }
        }

        return (killed, apart);
    }
}
