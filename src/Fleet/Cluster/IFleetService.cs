using Orleans.Services;
using OrleansOperator.Fleet.Objects;
using OrleansOperator.Fleet.Silos;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Fleet.Cluster;

/// <summary>What each silo answers for the objects that it holds. No grain is called for it.</summary>
[Alias("oo.fleet")]
internal interface IFleetService : IGrainService
{
    /// <summary>This silo's part of a page.</summary>
    [Alias("list")]
    Task<ObjectPart> List(ObjectQuery query);

    /// <summary>What this silo knows of one object.</summary>
    [Alias("find")]
    Task<ObjectFinding> Find(string controller, ObjectKey key);

    /// <summary>How this silo is doing.</summary>
    [Alias("report")]
    Task<SiloReport> Report();
}
