using System.Collections.Immutable;
using CsCheck;
using OrleansOperator.Fleet.Objects;
using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Fleet.Tests;

/// <summary>Objects of a kind of their own, held by silos.</summary>
internal static class Given
{
    public static readonly DateTime Now = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    public static FleetKinds Kinds { get; } = new([
        new FleetKind
        {
            Controller = "thing",
            Resource = new ResourceType("example.com", "v1", "things", "Thing"),
            Conditions = thing => ((Thing)thing).Conditions,
            Columns = [new FleetColumn("size", "Size", thing => new FleetValue(((Thing)thing).Size)), new FleetColumn("color", "Color", thing => FleetValue.Of(((Thing)thing).Color))],
        },
    ]);

    public static ReconcileStatus Settled { get; } = new(Now, default, default, OutcomeKind.Done, 0, default, null);

    public static ReconcileStatus Failed(int failures, string problem = "no luck") =>
        new(Now, Now, TimeSpan.FromMilliseconds(3), OutcomeKind.Failed, failures, Now.AddSeconds(failures), problem);

    public static Thing Ready(string ns, string name, string status = "True", string reason = "Fine", string message = "", long observed = 1) =>
        new()
        {
            Key = new ObjectKey(ns, name),
            Uid = $"uid-of-{name}",
            ResourceVersion = 7,
            Generation = 1,
            Conditions = [new Condition("Other", "False", "Not", "", Now, 1), new Condition("Ready", status, reason, message, Now, observed)],
        };

    public static View Held(Thing? thing, ReconcileStatus? status = null) => new("thing", thing, status ?? Settled);

    public static ObjectPart Part(IEnumerable<View> views, ObjectQuery query, string silo = "silo-0") => ObjectTable.Select(views, Kinds, query, silo);

    /// <summary>One of some values.</summary>
    public static Gen<T> One<T>(IEnumerable<T> values)
    {
        T[] all = [.. values];
        return Gen.Int[0, all.Length - 1].Select(i => all[i]);
    }

    public sealed record View(string Controller, ResourceSnapshot? Snapshot, ReconcileStatus Status) : IReconcilerView
    {
        public IReadOnlyList<KnownObject> Objects => [];
    }

    public sealed record Thing : ResourceSnapshot
    {
        public long? Size { get; init; }

        public string? Color { get; init; }

        public ImmutableArray<Condition> Conditions { get; init; } = [];
    }
}
