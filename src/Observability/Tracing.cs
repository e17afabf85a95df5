using System.Diagnostics;

namespace OrleansOperator.Observability;

/// <summary>
/// The source of this operator's spans: a watch event, its delivery to a grain, the reconcile that it causes, and the requests
/// that this makes. Without an exporter nobody listens, and no span is created.
/// </summary>
public static class Tracing
{
    /// <summary>Name of the source.</summary>
    public const string SourceName = "OrleansOperator";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Whether spans are wanted at all. Ask before anything is prepared for one.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>Starts a span within the current one, or a trace of its own.</summary>
    /// <returns>The span; null when it is not wanted.</returns>
    public static Activity? Start(string name, ActivityKind kind) => Source.StartActivity(name, kind);

    /// <summary>Starts a span within a given one and no other, or a trace of its own when there is none.</summary>
    /// <returns>The span; null when it is not wanted.</returns>
    public static Activity? Start(string name, ActivityKind kind, ActivityContext parent)
    {
        // Without a parent, .NET would take the current span, which is that of whoever happened to start this work.
        if (parent == default)
            Activity.Current = null;
        return Source.StartActivity(name, kind, parent);
    }

    /// <summary>Marks a span as failed.</summary>
    public static void Fail(this Activity? span, string problem) => span?.SetStatus(ActivityStatusCode.Error, problem);
}
