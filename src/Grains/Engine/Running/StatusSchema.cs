using Microsoft.Extensions.Logging;
using OrleansOperator.Grains.Engine.Kinds;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Engine.Running;

/// <summary>
/// What this silo has learned about the status schema of a kind's CRD in the cluster. It is learned from what the API server
/// keeps of a status that is sent to it; the first time by a dry run, so that a restart writes nothing.
/// </summary>
internal sealed partial class StatusSchema(ReconciledKind kind, TimeProvider clock, ILogger logger)
{
    /// <summary>How long an older CRD is believed in: then the next status write asks again whether it was replaced.</summary>
    private static readonly TimeSpan OlderFor = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private StatusFields _kept = StatusFields.All;
    private DateTimeOffset _learned = DateTimeOffset.MinValue;
    private bool _told;

    /// <summary>The fields that are kept; all of them until learned otherwise.</summary>
    public StatusFields Kept
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

    /// <summary>Learns from what came back of a status that was sent.</summary>
    public void Learn(ReconciledSnapshot answer, DesiredStatus sent)
    {
        var lost = sent.Fields is { } fields ? kind.LostOf(answer, fields) : Kept.Lost;
        var kept = new StatusFields(!answer.Conditions.IsEmpty, answer.ObservedGeneration is not null, [.. lost]);
        lock (_lock)
        {
            (_kept, _learned) = (kept, clock.GetUtcNow());
            if (kept.IsAll || _told)
                return;
            _told = true;
        }

        Log.OlderCrd(logger, kind.Name, string.Join(", ", kept.Missing()));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The CustomResourceDefinition of {Kind} in this cluster is older than this operator's: it does not keep {Fields}. Objects are reconciled all the same; apply this operator's CustomResourceDefinition to see why one is not ready.")]
        public static partial void OlderCrd(ILogger logger, string kind, string fields);
    }
}
