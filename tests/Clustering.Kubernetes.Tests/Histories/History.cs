namespace OrleansOperator.Clustering.Kubernetes.Tests.Histories;

/// <summary>A random history: silos join, one thing after another breaks and heals, and in the end all is well.</summary>
internal static class History
{
    private static readonly TimeSpan JoinTime = TimeSpan.FromSeconds(60);

    /// <summary>How long it takes at most until all is as it should be, when nothing is broken any more.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(240);

    private const int Faults = 6;

    /// <exception cref="BrokenInvariantException">An invariant is broken.</exception>
    public static async Task RunAsync(int seed)
    {
        var world = new World(seed, pods: 2 + (seed % 4));
        await RunForAsync(world, JoinTime);
        for (var fault = 0; fault < Faults; fault++)
        {
            Break(world);
            await RunForAsync(world, TimeSpan.FromSeconds(world.Random.Next(1, 90)));
            if (world.Random.Next(3) > 0)
                Heal(world);
            if (world.Random.Next(2) == 0)
                await RunForAsync(world, TimeSpan.FromSeconds(world.Random.Next(1, 120)));
        }

        Heal(world);
        await RunForAsync(world, SettleTime);
        world.CheckSettled();
    }

    /// <summary>Lets time pass.</summary>
    public static async Task RunForAsync(World world, TimeSpan time)
    {
        for (var end = world.Clock.Elapsed + time; world.Clock.Elapsed < end;)
            await world.StepAsync();
    }

    private static void Break(World world)
    {
        var random = world.Random;
        var pod = world.Pods[random.Next(world.Pods.Count)];
        var other = world.Pods[random.Next(world.Pods.Count)];
        switch (random.Next(12))
        {
            case 0:
                world.Say($"silo-{pod.Ordinal} crashes");
                world.Kill(pod);
                break;
            case 1 when pod.Silo is { } silo:
                world.Say($"{silo.Address} hangs");
                silo.IsHung = true;
                break;
            case 2:
                world.Say($"pod silo-{pod.Ordinal} is replaced");
                world.Replace(pod);
                break;
            case 3:
                world.Say("all pods are replaced");
                foreach (var each in world.Pods)
                    world.Replace(each);
                break;
            case 4:
                world.Say($"silo-{pod.Ordinal} is cut from the API server");
                pod.IsApiCut = true;
                break;
            case 5 or 6:
                world.Say($"silo-{pod.Ordinal} and silo-{other.Ordinal} are cut from each other");
                world.Cut(pod, other);
                break;
            case 7:
                world.Brownout = random.NextDouble() * 0.5;
                world.Say(FormattableString.Invariant($"brownout: {world.Brownout:0.00} of all requests get no answer"));
                break;
            case 8:
                world.Say("the API server goes away");
                world.IsApiAway = true;
                break;
            case 9:
                pod.Clock.Skew = TimeSpan.FromSeconds(random.Next(-300, 301));
                world.Say(FormattableString.Invariant($"the clock of silo-{pod.Ordinal} is set to {pod.Clock.Skew.TotalSeconds:+0;-0} s"));
                break;
            case 10:
                world.Say("the table is deleted");
                world.DeleteTable();
                break;
            case 11 when world.Pods.Count < 6:
                world.Say("a pod is added");
                world.AddPod();
                break;
        }
    }

    /// <summary>All but clocks, which stay wrong.</summary>
    private static void Heal(World world)
    {
        world.Say("all is well");
        (world.IsApiAway, world.Brownout) = (false, 0);
        world.HealPairs();
        foreach (var pod in world.Pods)
        {
            pod.IsApiCut = false;
            if (pod.Silo is { } silo)
                silo.IsHung = false;
        }
    }
}
