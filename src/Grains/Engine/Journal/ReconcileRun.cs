using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Engine.Journal;

/// <summary>
/// Takes down one reconcile while it runs. Flows with the run's async calls as <see cref="Current"/>, as an activity does, so
/// that reconcilers and writers need not hand it on. Used by one grain's turn at a time.
/// </summary>
public sealed class ReconcileRun
{
    /// <summary>How many bytes of a request's body are kept.</summary>
    public const int LongestBody = 2048;

    /// <summary>How many characters of an answer or error are kept.</summary>
    private const int LongestText = 1024;

    private static readonly AsyncLocal<ReconcileRun?> Ambient = new();

    private readonly string _controller;
    private readonly string _key;
    private readonly DateTimeOffset _started;
    private readonly List<RunStep> _steps = [];
    private List<RunRequest> _requests = [];
    private bool _ended;

    private ReconcileRun(string controller, string key, DateTimeOffset started) => (_controller, _key, _started) = (controller, key, started);

    /// <summary>The reconcile that this code runs for; null outside of one.</summary>
    public static ReconcileRun? Current => Ambient.Value;

    /// <summary>Starts to take down a reconcile, for the calling async method and what it calls.</summary>
    internal static ReconcileRun Begin(string controller, string key, DateTimeOffset now) => Ambient.Value = new ReconcileRun(controller, key, now);

    /// <summary>A step was decided on. The requests that follow belong to it.</summary>
    /// <param name="plan">What is to be done.</param>
    /// <param name="why">Why.</param>
    public void Planned(string plan, string why)
    {
        if (_ended)
            return;
        _requests = [];
        _steps.Add(new RunStep(plan, Shorten(why), _requests));
    }

    /// <summary>A request was answered, or not.</summary>
    internal void Requested(KubeRequest request, KubeApiException? error, string answer, TimeSpan took)
    {
        if (_ended)
            return;
        var secret = request.Target.Resource is { } resource && (resource == "secrets" || resource.StartsWith("secrets/", StringComparison.Ordinal));
        var body = secret ? default : request.Body.Length <= LongestBody ? request.Body : request.Body[..LongestBody];
        if (_steps.Count == 0)
            Planned("", "");
        _requests.Add(new RunRequest(request.Method.Method, request.Path, body.ToArray(), (int?)error?.Code, Shorten(answer), error is not null, took));
    }

    /// <summary>The reconcile has ended; null when it did nothing that is worth a record.</summary>
    internal RunRecord? End(ReconcileOutcome outcome, TimeSpan took, DateTimeOffset? due, string? problem)
    {
        // Whatever still runs when its reconcile has been given up must not change what others read.
        _ended = true;
        return _steps.Count == 0 && outcome.Kind != OutcomeKind.Failed
            ? null
            : new RunRecord(_controller, ObjectKey.Parse(_key), _started, took, _steps, outcome.Kind, due, problem);
    }

    /// <summary>Cuts a text that another has written to a length that is kept.</summary>
    internal static string Shorten(string text) => text.Length <= LongestText ? text : string.Concat(text.AsSpan(0, LongestText - 1), "…");
}
