using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansOperator.Fleet.Cluster;
using OrleansOperator.Fleet.Objects;
using OrleansOperator.Fleet.Silos;

namespace OrleansOperator.Fleet.Api;

/// <summary>Source-generated JSON of the API.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(FleetValueConverter)], WriteIndented = true)]
[JsonSerializable(typeof(ListJson))]
[JsonSerializable(typeof(DetailJson))]
[JsonSerializable(typeof(SilosJson))]
[JsonSerializable(typeof(ErrorJson))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(string))]
internal sealed partial class FleetJson : JsonSerializerContext;

/// <summary><c>/api/objects</c>.</summary>
/// <param name="Items">The rows of the page.</param>
/// <param name="Matched">How many objects fit the query.</param>
/// <param name="First">Which of them the first row is, from 1.</param>
/// <param name="Counts">How many objects fit the query, by state, whatever state it asks for.</param>
/// <param name="Next">Value of <c>after</c> for the next page.</param>
/// <param name="Previous">Value of <c>before</c> for the previous page.</param>
/// <param name="SilentSilos">Silos that did not answer: their objects are missing.</param>
/// <param name="NotReady">Silos whose feeds have not delivered their first lists: objects may be missing anywhere.</param>
internal sealed record ListJson(
    IReadOnlyList<ObjectJson> Items, int Matched, int First, ObjectCounts Counts, string? Next, string? Previous,
    IReadOnlyList<SiloProblem> SilentSilos, IReadOnlyList<SiloProblem> NotReady);

/// <summary>One object.</summary>
internal sealed record ObjectJson(
    string Controller, string Kind, string Namespace, string Name, string State, string? Ready, bool ReadyIsOutdated, string Reason, string Message,
    IReadOnlyDictionary<string, FleetValue> Columns, string Silo, DateTimeOffset? LastReconcile, double? LastReconcileSeconds, bool Reconciling,
    int Failures, DateTimeOffset? NextAttempt, string? Problem)
{
    public static ObjectJson Of(ObjectRow row, FleetKinds kinds) => new(
        row.Controller, row.Kind, row.Key.Namespace, row.Key.Name, row.State.Id(), row.Ready, row.ReadyIsOutdated, row.Reason, row.Message,
        (kinds.Find(row.Controller)?.Columns ?? []).Zip(row.Columns).ToDictionary(pair => pair.First.Id, pair => pair.Second),
        row.Silo, row.Reconciled, row.Took?.TotalSeconds, row.IsRunning, row.Failures, row.Retry, row.Problem);
}

/// <summary><c>/api/objects/{controller}/{namespace}/{name}</c>.</summary>
/// <param name="Object">The object; null when no silo that answered holds it.</param>
/// <param name="Uid">metadata.uid.</param>
/// <param name="Generation">metadata.generation.</param>
/// <param name="ResourceVersion">metadata.resourceVersion as last seen.</param>
/// <param name="Conditions">Its status conditions.</param>
/// <param name="Checked">When it was last compared with what it should be.</param>
/// <param name="Runs">Its latest reconciles, newest first.</param>
/// <param name="SilentSilos">Silos that did not answer.</param>
internal sealed record DetailJson(
    ObjectJson? Object, string? Uid, long? Generation, string? ResourceVersion, IReadOnlyList<ConditionJson> Conditions, DateTimeOffset? Checked,
    IReadOnlyList<RunJson> Runs, IReadOnlyList<SiloProblem> SilentSilos);

/// <summary>One condition.</summary>
internal sealed record ConditionJson(string Type, string Status, string Reason, string Message, DateTimeOffset LastTransitionTime, long ObservedGeneration);

/// <summary>One reconcile.</summary>
internal sealed record RunJson(
    string Silo, DateTimeOffset Started, double Seconds, string Outcome, DateTimeOffset? NextAttempt, string? Problem, IReadOnlyList<StepJson> Steps);

/// <summary>One step of a reconcile.</summary>
internal sealed record StepJson(string Plan, string Why, IReadOnlyList<RequestJson> Requests);

/// <summary>One request of a step.</summary>
internal sealed record RequestJson(string Method, string Path, JsonElement? Body, bool Failed, int? Code, string Answer, double Seconds);

/// <summary><c>/api/silos</c>.</summary>
/// <param name="Items">The active silos.</param>
/// <param name="SilentSilos">Silos that did not answer.</param>
internal sealed record SilosJson(IReadOnlyList<SiloJson> Items, IReadOnlyList<SiloProblem> SilentSilos);

/// <summary>One silo.</summary>
internal sealed record SiloJson(
    string Name, string Address, string Version, DateTimeOffset Started, ObjectCounts Counts, int ReconcilesRunning, int ReconcilesWaiting, int ReconcilesLimit,
    IReadOnlyList<FeedJson> Feeds, long ResidentBytes, long HeapBytes)
{
    public static SiloJson Of(ClusterMember member, SiloReport report) => new(
        member.Name, member.SiloAddress.Endpoint.ToString(), report.Version, report.Started, report.Counts, report.Running, report.Waiting, report.Limit,
        [.. report.Feeds.Select(feed => new FeedJson(feed.Id, feed.Objects, feed.Delivers, feed.Age.TotalSeconds, feed.Lag.TotalSeconds, feed.NotReady))],
        report.ResidentBytes, report.HeapBytes);
}

/// <summary>One feed of a silo.</summary>
internal sealed record FeedJson(string Id, int Objects, bool Delivers, double AgeSeconds, double LagSeconds, string? NotReady);

/// <summary>An error.</summary>
internal sealed record ErrorJson(string Error);
