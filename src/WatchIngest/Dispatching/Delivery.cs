using System.Diagnostics;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.WatchIngest.Dispatching;

/// <summary>Which object is to be told to which grain. A successor of the same name is another object, with a delivery of its own.</summary>
/// <param name="Resource">The kind of the object.</param>
/// <param name="Object">The object.</param>
/// <param name="Uid">Its uid.</param>
/// <param name="Grain">The grain.</param>
internal readonly record struct DeliveryKey(string Resource, ObjectKey Object, string Uid, ObjectKey Grain);

/// <summary>The newest that is to be told about an object to a grain. Changed under the dispatcher's lock only.</summary>
internal sealed class Delivery(DeliveryKey key, Feed feed)
{
    public DeliveryKey Key => key;

    public Feed Feed => feed;

    /// <summary>The newest; null when what is under way is the newest.</summary>
    public Observation? Next { get; set; }

    public bool InFlight { get; set; }

    /// <summary>The queue it waits in, 0 for the most urgent; null when it does not wait.</summary>
    public int? Queue { get; set; }

    public int Failures { get; set; }

    /// <summary>The span of the watch event that brought <see cref="Next"/>; default when there is none.</summary>
    public ActivityContext Trace { get; set; }

    /// <summary>When <see cref="Next"/> was seen.</summary>
    public long Since { get; set; }
}
