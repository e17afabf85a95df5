using OrleansOperator.LoadTest.Objects;
using OrleansOperator.LoadTest.Watching;

namespace OrleansOperator.LoadTest.Tracking;

/// <summary>How many changes its watches have seen, whoever made them.</summary>
/// <param name="Foos">Of Foos.</param>
/// <param name="Deployments">Of Deployments.</param>
/// <param name="Events">Events about Foos.</param>
internal readonly record struct SeenCounts(long Foos, long Deployments, long Events)
{
    public static SeenCounts operator -(SeenCounts left, SeenCounts right) =>
        new(left.Foos - right.Foos, left.Deployments - right.Deployments, left.Events - right.Events);
}

/// <summary>Knows what each Foo of the test should be, what its watches have seen of it, and when what was changed had followed.</summary>
internal sealed class Tracker(IReadOnlyCollection<string> namespaces, TimeProvider clock)
{
    private readonly HashSet<string> _namespaces = [.. namespaces];
    private readonly Lock _lock = new();
    private readonly Dictionary<FooKey, TrackedFoo> _foos = [];
    private long _foosSeen;
    private long _deploymentsSeen;
    private long _eventsSeen;
    private long _lastEvent;

    /// <summary>Told of each Deployment whose replicas are not available as its spec asks. It must not wait.</summary>
    public Action<FooKey, int, long>? Unavailable { get; set; }

    /// <summary>Takes what the watch of Foos sees.</summary>
    public IObjectSink<FooObject> Foos => new FooSink(this);

    /// <summary>Takes what the watch of Deployments sees.</summary>
    public IObjectSink<DeploymentObject> Deployments => new DeploymentSink(this);

    /// <summary>Takes what the watch of Events sees.</summary>
    public IObjectSink<KubeObject> Events => new EventSink(this);

    /// <summary>How many changes were seen so far.</summary>
    public SeenCounts Seen => new(Volatile.Read(ref _foosSeen), Volatile.Read(ref _deploymentsSeen), Volatile.Read(ref _eventsSeen));

    /// <summary>The timestamp of the latest Event.</summary>
    public long LastEvent => Volatile.Read(ref _lastEvent);

    /// <summary>Notes a change that is about to be sent; from now on what is seen counts for it.</summary>
    /// <param name="set">What it is measured with.</param>
    /// <param name="kind">What is done.</param>
    /// <param name="key">The Foo.</param>
    /// <param name="replicas">What the Foo's spec will say; of a change by hand, what it says.</param>
    /// <param name="due">When it was due.</param>
    public Change Begin(ChangeSet set, ChangeKind kind, FooKey key, int replicas, long due)
    {
        var change = new Change(set, kind, key, due) { Sent = clock.GetTimestamp() };
        lock (_lock)
        {
            if (!_foos.TryGetValue(key, out var foo))
                _foos[key] = foo = new TrackedFoo();
            change.LostUid = foo.Deployment?.Metadata.Uid ?? "";
            (change.WantedBefore, foo.Wanted) = (foo.Wanted, replicas);
            change.Before = foo.Pending;
            foo.IsDeleted = kind == ChangeKind.Delete;
            foo.Pending = change;
        }

        set.Add(change);
        return change;
    }

    /// <summary>The API server has accepted a change.</summary>
    /// <param name="change">The change.</param>
    /// <param name="version">The version of what was changed.</param>
    public void Accept(Change change, long version)
    {
        var now = clock.GetTimestamp();
        lock (_lock)
        {
            (change.Accepted, change.Version) = (now, version);
            change.Set.WasAccepted(now);
            Evaluate(_foos[change.Key], change);
        }
    }

    /// <summary>The API server has refused a change.</summary>
    public void Refuse(Change change, string reason)
    {
        lock (_lock)
        {
            change.Refused = reason;
            var foo = _foos[change.Key];
            if (foo.Pending == change)
                (foo.Pending, foo.Wanted) = (change.Before, change.WantedBefore);
            change.Set.WasRefused(clock.GetTimestamp());
        }
    }

    /// <summary>What a Foo's spec says.</summary>
    public int WantedOf(FooKey key)
    {
        lock (_lock)
            return _foos[key].Wanted;
    }

    /// <summary>The Foos that are not as they should be, and what is missing.</summary>
    public IReadOnlyList<(FooKey Key, string Missing)> NotConverged()
    {
        lock (_lock)
            return [.. _foos.Where(foo => !foo.Value.IsConverged).Select(foo => (foo.Key, foo.Value.Missing))];
    }

    /// <summary>Whether every Foo is as it should be.</summary>
    public bool IsConverged()
    {
        lock (_lock)
            return _foos.Values.All(foo => foo.IsConverged);
    }

    private static FooKey KeyOf(KubeObject o) => new(o.Metadata.Namespace ?? "", o.Metadata.Name);

    private void Observe(FooKey key, Action<TrackedFoo, long> note)
    {
        var now = clock.GetTimestamp();
        lock (_lock)
        {
            if (!_foos.TryGetValue(key, out var foo))
                return;
            note(foo, now);
            if (foo.Pending is { } change)
                Evaluate(foo, change);
        }
    }

    /// <summary>What was seen before the answer came has its time from when it was seen.</summary>
    private static void Evaluate(TrackedFoo foo, Change change)
    {
        var seen = Math.Max(foo.FooSeen, foo.DeploymentSeen);
        if (!foo.HasFollowed(change))
            return;
        for (var each = change; each is { Followed: 0 }; each = each.Before)
            each.Followed = change.Kind == ChangeKind.Delete ? foo.FooSeen : foo.DeploymentSeen;
        if (change.Accepted == 0 || !foo.IsReady(change))
            return;
        for (var each = change; each is not null; each = each.Before)
        {
            each.Ready = seen;
            each.Set.BecameReady(seen);
        }

        change.Before = null;
        foo.Pending = null;
    }

    private sealed class FooSink(Tracker tracker) : IObjectSink<FooObject>
    {
        public void Replace(IReadOnlyList<FooObject> objects)
        {
            foreach (var gone in tracker.Known().Except(objects.Select(KeyOf)).ToList())
                tracker.Observe(gone, static (foo, now) => (foo.Foo, foo.FooSeen) = (null, now));
            foreach (var foo in objects)
                Note(foo);
        }

        public void Changed(FooObject changed)
        {
            if (!tracker._namespaces.Contains(changed.Metadata.Namespace ?? ""))
                return;
            Interlocked.Increment(ref tracker._foosSeen);
            Note(changed);
        }

        public void Deleted(FooObject deleted)
        {
            if (tracker._namespaces.Contains(deleted.Metadata.Namespace ?? ""))
                Interlocked.Increment(ref tracker._foosSeen);
            tracker.Observe(KeyOf(deleted), static (foo, now) => (foo.Foo, foo.FooSeen) = (null, now));
        }

        private void Note(FooObject seen) => tracker.Observe(KeyOf(seen), (foo, now) => (foo.Foo, foo.FooSeen) = (seen, now));
    }

    private sealed class DeploymentSink(Tracker tracker) : IObjectSink<DeploymentObject>
    {
        public void Replace(IReadOnlyList<DeploymentObject> objects)
        {
            foreach (var gone in tracker.Known().Except(objects.Select(KeyOf)).ToList())
                tracker.Observe(gone, static (foo, now) => (foo.Deployment, foo.DeploymentSeen) = (null, now));
            foreach (var deployment in objects)
                Note(deployment);
        }

        public void Changed(DeploymentObject changed)
        {
            if (!tracker._namespaces.Contains(changed.Metadata.Namespace ?? ""))
                return;
            Interlocked.Increment(ref tracker._deploymentsSeen);
            Note(changed);
        }

        public void Deleted(DeploymentObject deleted)
        {
            if (tracker._namespaces.Contains(deleted.Metadata.Namespace ?? ""))
                Interlocked.Increment(ref tracker._deploymentsSeen);
            tracker.Observe(KeyOf(deleted), (foo, now) =>
            {
                // A successor of the same name may have been seen already, after a list.
                if (foo.Deployment?.Metadata.Uid == deleted.Metadata.Uid)
                    (foo.Deployment, foo.DeploymentSeen) = (null, now);
            });
        }

        private void Note(DeploymentObject seen)
        {
            if (!tracker._namespaces.Contains(seen.Metadata.Namespace ?? ""))
                return;
            tracker.Observe(KeyOf(seen), (foo, now) => (foo.Deployment, foo.DeploymentSeen) = (seen, now));
            var replicas = seen.Spec?.Replicas ?? 1;
            if ((seen.Status?.AvailableReplicas ?? 0) != replicas || seen.Status?.ObservedGeneration != seen.Metadata.Generation)
                tracker.Unavailable?.Invoke(KeyOf(seen), replicas, seen.Metadata.Generation);
        }
    }

    private sealed class EventSink(Tracker tracker) : IObjectSink<KubeObject>
    {
        public void Replace(IReadOnlyList<KubeObject> objects)
        {
            // Only what comes from now on is counted.
        }

        public void Changed(KubeObject changed)
        {
            if (!tracker._namespaces.Contains(changed.Metadata.Namespace ?? ""))
                return;
            Interlocked.Increment(ref tracker._eventsSeen);
            Volatile.Write(ref tracker._lastEvent, tracker.Now);
        }

        public void Deleted(KubeObject deleted)
        {
            // Events expire.
        }
    }

    private long Now => clock.GetTimestamp();

    private HashSet<FooKey> Known()
    {
        lock (_lock)
            return [.. _foos.Keys];
    }
}
