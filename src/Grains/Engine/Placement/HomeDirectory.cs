using System.Collections.Concurrent;
using Orleans.GrainDirectory;

namespace OrleansOperator.Grains.Engine.Placement;

/// <summary>
/// A grain directory whose entries live where the grains do: in the memory of each grain's home. So registration is local, look-up
/// is a function of the membership, and a silo that leaves takes nothing with it but its own grains; Orleans' default directory
/// also drops those grains of the surviving silos whose entries it held.
/// </summary>
/// <remarks>
/// <para>
/// While silos have different views of the membership, a grain may be active on two of them for a moment. That is harmless,
/// because every write carries preconditions, and short, because each silo drops what is not its own when its view changes.
/// </para>
/// <para>
/// Orleans keeps its own cache of addresses in front of a directory (<c>CachedGrainLocator</c>). An address in there may be that
/// of a former home; a message that arrives there is forwarded, see <see cref="Register(GrainAddress, GrainAddress?)"/>, and the
/// forwarding corrects the cache.
/// </para>
/// </remarks>
internal sealed class HomeDirectory(ILocalSiloDetails silo, CurrentHomes homes) : IGrainDirectory
{
    /// <summary>The name by which grain classes choose this directory.</summary>
    public const string Name = "home";

    private readonly ConcurrentDictionary<GrainId, GrainAddress> _entries = new();

    /// <inheritdoc/>
    public Task<GrainAddress?> Register(GrainAddress address) => Register(address, null);

    /// <summary>
    /// Registers an activation of this silo. Where another silo is the grain's home, that silo's address is the answer: Orleans then
    /// drops the new activation and forwards what was sent to it.
    /// </summary>
    public Task<GrainAddress?> Register(GrainAddress address, GrainAddress? previousAddress)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (HomeOf(address.GrainId) is { } home && !home.Equals(silo.SiloAddress))
            return Task.FromResult<GrainAddress?>(new GrainAddress { GrainId = address.GrainId, SiloAddress = home, MembershipVersion = address.MembershipVersion });
        return Task.FromResult<GrainAddress?>(_entries.AddOrUpdate(
            address.GrainId, address, (_, known) => previousAddress is not null && known.Matches(previousAddress) ? address : known));
    }

    /// <inheritdoc/>
    public Task Unregister(GrainAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (_entries.TryGetValue(address.GrainId, out var known) && known.Matches(address))
            _entries.TryRemove(new KeyValuePair<GrainId, GrainAddress>(address.GrainId, known));
        return Task.CompletedTask;
    }

    /// <summary>The grain's activation on this silo if this is its home; null otherwise, so that the grain is placed, which finds its home.</summary>
    public Task<GrainAddress?> Lookup(GrainId grainId) =>
        Task.FromResult(silo.SiloAddress.Equals(HomeOf(grainId)) ? _entries.GetValueOrDefault(grainId) : null);

    /// <summary>Nothing to do: the entries are all of this silo.</summary>
    public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;

    private SiloAddress? HomeOf(GrainId grain) => homes.Value.Of(grain.Key.ToString().AsSpan());
}
