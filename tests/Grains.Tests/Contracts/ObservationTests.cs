using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansOperator.Foos;
using OrleansOperator.Grains.Engine.Kinds;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Tests.Engine.Kinds;
using OrleansOperator.Grains.Tests.Foos;

namespace OrleansOperator.Grains.Tests.Contracts;

/// <summary>What a silo tells a grain on another: the same as it would tell one of its own.</summary>
public sealed class ObservationTests
{
    private readonly Serializer _serializer = new ServiceCollection()
        .AddSerializer()
        .AddSingleton((ISnapshotCodec)new JsonKinds(SiteJson.Default).Reconciled<Site>())
        .BuildServiceProvider().GetRequiredService<Serializer>();

    [Fact]
    public void An_object_of_a_kind_that_is_a_record_arrives_with_all_that_is_kept_of_it()
    {
        var site = new Site
        {
            Key = new ObjectKey("ns", "a"),
            Uid = "u",
            ResourceVersion = 7,
            Generation = 3,
            Deleting = true,
            Controller = new ControllerReference("example.com/v1", "Farm", "f", "fu"),
            ObservedGeneration = 2,
            Conditions = [Ready.True("Fine", "it is") with { ObservedGeneration = 2 }],
            Spec = new SiteSpec(2, "a.example.com"),
            Status = new SiteStatus { Pods = 1 },
        };

        var sent = Send(Observation.Of("sites.example.com", site, ObservationCause.Contradiction));

        var arrived = Assert.IsType<Site>(sent.Snapshot);
        Assert.Equal(site.Conditions, arrived.Conditions);
        Assert.Equal(site, arrived with { Conditions = site.Conditions });
        Assert.Equal((ObservationCause.Contradiction, "sites.example.com", "u"), (sent.Cause, sent.Resource, sent.Uid));
    }

    [Fact]
    public void An_object_of_a_kind_with_a_serializer_of_its_own_arrives_too() =>
        Assert.Equal(Given.Foo(), Send(Observation.Of(FooResources.Foos.QualifiedName, Given.Foo(), ObservationCause.Change)).Snapshot);

    [Fact]
    public void A_tombstone_arrives()
    {
        var gone = Observation.Tombstone("sites.example.com", new ObjectKey("ns", "a"), "u", ObservationCause.Backlog);

        Assert.Equal(gone, Send(gone));
    }

    private Observation Send(Observation observation) => _serializer.Deserialize<Observation>(_serializer.SerializeToArray(observation))!;
}
