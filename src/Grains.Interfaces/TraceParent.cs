using System.Diagnostics;

namespace OrleansOperator.Grains.Interfaces;

/// <summary>
/// How a trace crosses a grain call: as W3C's <c>traceparent</c> in Orleans' request context. Orleans' own propagation would
/// create spans for every call between system grains too, and cost two filters per call without a trace.
/// </summary>
public static class TraceParent
{
    private const string Key = "traceparent";

    /// <summary>Sends a span along with the calls that this async method makes from now on.</summary>
    public static void Send(Activity span)
    {
        ArgumentNullException.ThrowIfNull(span);
        RequestContext.Set(Key, span.Id!);
    }

    /// <summary>The span that came with the call under way; default when there is none.</summary>
    public static ActivityContext Received =>
        RequestContext.Get(Key) is string id && ActivityContext.TryParse(id, null, isRemote: true, out var span) ? span : default;
}
