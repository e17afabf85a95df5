using Microsoft.Extensions.Logging;
using OrleansOperator.Grains.Interfaces.Foos;

namespace OrleansOperator.Grains.Foos;

/// <summary>
/// What this silo has learned about the status schema of the CRD in the cluster. It is learned from what the API server
/// keeps of a status that is sent to it; the first time by a dry run, so that a restart writes nothing.
/// </summary>
internal sealed partial class FooStatusSchema(TimeProvider clock, ILogger<FooStatusSchema> logger)
{
    /// <summary>How long an older CRD is believed in: then the next status write asks again whether it was replaced.</summary>
    private static readonly TimeSpan OlderFor = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private FooStatusFields _kept = FooStatusFields.All;
    private DateTimeOffset _learned = DateTimeOffset.MinValue;
    private bool _told;

    /// <summary>The fields that are kept; all of them until learned otherwise.</summary>
    public FooStatusFields Kept
    {
        get
        {
            lock (_lock)
                return _kept;
        }
    }

    /// <summary>Whether it should be asked by a dry run before anything is written.</summary>
    public bool IsUnknown
    {
        get
        {
            lock (_lock)
                return _learned == DateTimeOffset.MinValue || (!_kept.IsAll && clock.GetUtcNow() - _learned > OlderFor);
        }
    }

    /// <summary>Learns from what came back of a status that was sent with all fields.</summary>
    public void Learn(FooSnapshot answer)
    {
        var kept = new FooStatusFields(!answer.Conditions.IsEmpty, answer.ObservedGeneration is not null, answer.HasSelector);
        lock (_lock)
        {
            (_kept, _learned) = (kept, clock.GetUtcNow());
            if (kept.IsAll || _told)
                return;
            _told = true;
        }

        Log.OlderCrd(logger, string.Join(", ", Missing(kept)));
    }

    private static IEnumerable<string> Missing(FooStatusFields kept)
    {
        if (!kept.Conditions)
            yield return "status.conditions";
        if (!kept.ObservedGeneration)
            yield return "status.observedGeneration";
        if (!kept.Selector)
            yield return "status.selector";
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The CustomResourceDefinition of Foo in this cluster is older than this operator's: it does not keep {Fields}. Foos are reconciled all the same; apply deploy/crds/foo.yaml to see why one is not ready, and to scale it.")]
        public static partial void OlderCrd(ILogger logger, string fields);
    }
}
