using System.Collections;
using System.Diagnostics;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Observability;

namespace OrleansOperator.Grains.Engine;

/// <summary>
/// What every log line of a reconcile carries, under controller-runtime's names: the controller, the object and its
/// generation, and an id that tells this reconcile from all others, in its log lines and in its trace.
/// </summary>
internal sealed class ReconcileScope(string controller, ObjectKey key, long generation) : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly Guid _id = Guid.NewGuid();

    /// <summary>The id, as it is written.</summary>
    public string Id => _id.ToString();

    public int Count => 5;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("controller", controller),
        1 => new("namespace", key.Namespace),
        2 => new("name", key.Name),
        3 => new("generation", generation),
        4 => new("reconcileID", Id),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Starts the span of the reconcile, with the same fields.</summary>
    /// <param name="news">The span of the news that it is about; default when there is none.</param>
    public Activity? StartSpan(ActivityContext news)
    {
        var span = Tracing.Start($"reconcile {controller}", ActivityKind.Internal, news);
        if (span is { IsAllDataRequested: true })
        {
            foreach (var (name, value) in this)
                span.SetTag(name, value);
        }

        return span;
    }

    public override string ToString() => $"{controller} {key} generation {generation} reconcile {Id}";
}
