using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace OrleansOperator.Chaos.Support;

/// <summary>
/// A network as pods have it: each silo in a network namespace with an address of its own, all on one bridge. A link between two of
/// them can be cut while both reach everybody else. Linux only, and for root.
/// </summary>
internal sealed class PodNetwork : IDisposable
{
    private const string Bridge = "silo-bridge";
    private const string Subnet = "10.231.17";

    private readonly HashSet<int> _pods = [];

    private PodNetwork()
    {
        Remove();
        Ip($"link add {Bridge} type bridge");
        Ip($"addr add {HostAddress}/24 dev {Bridge}");
        Ip($"link set {Bridge} up");
    }

    /// <summary>Where pods reach the machine, and so the API server.</summary>
    public static string HostAddress => $"{Subnet}.1";

    /// <summary>Makes the network; null where the environment does not allow it.</summary>
    public static PodNetwork? TryCreate() =>
        OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Run("netns list") is 0 && Run($"link add {Bridge}-try type bridge") is 0 && Run($"link del {Bridge}-try") is 0
            ? new PodNetwork()
            : null;

    /// <summary>The address of a pod, which is made when it is first asked for.</summary>
    public IPAddress AddressOf(int ordinal)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"{Subnet}.{ordinal + 10}");
        if (_pods.Add(ordinal))
        {
            Ip($"netns add {Namespace(ordinal)}");
            Ip($"link add {Namespace(ordinal)} type veth peer name eth0 netns {Namespace(ordinal)}");
            Ip($"link set {Namespace(ordinal)} master {Bridge} up");
            Ip($"-n {Namespace(ordinal)} addr add {address}/24 dev eth0");
            Ip($"-n {Namespace(ordinal)} link set eth0 up");
            Ip($"-n {Namespace(ordinal)} link set lo up");
        }

        return IPAddress.Parse(address);
    }

    /// <summary>What a command line begins with to run in a pod's network.</summary>
    public string RunnerOf(int ordinal)
    {
        AddressOf(ordinal);
        return $"ip netns exec {Namespace(ordinal)}";
    }

    /// <summary>From now on packets between two pods get lost in silence.</summary>
    public void Cut(int one, int other) => Routes("add", one, other);

    /// <summary>Packets flow again.</summary>
    public void Restore(int one, int other) => Routes("del", one, other);

    public void Dispose() => Remove();

    private static string Namespace(int ordinal) => string.Create(CultureInfo.InvariantCulture, $"silo-pod-{ordinal}");

    private void Routes(string verb, int one, int other)
    {
        Ip($"-n {Namespace(one)} route {verb} blackhole {AddressOf(other)}/32");
        Ip($"-n {Namespace(other)} route {verb} blackhole {AddressOf(one)}/32");
    }

    /// <summary>Removes what is there, be it left over by a run that was killed.</summary>
    private static void Remove()
    {
        for (var ordinal = 0; ordinal < 10; ordinal++)
            Run($"netns del {Namespace(ordinal)}");
        Run($"link del {Bridge}");
    }

    private static void Ip(string arguments) => Assert.True(Run(arguments) == 0, $"ip {arguments}");

    private static int? Run(string arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("ip", arguments.Split(' ')) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no such program.
            return null;
        }
    }
}
