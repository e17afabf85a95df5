using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator;

/// <summary>What is known of the objects that an object owns, in the states that were last seen.</summary>
public abstract class Known
{
    /// <summary>Nothing is known.</summary>
    public static Known Nothing { get; } = new KnownObjects([], isComplete: false);

    /// <summary>For tests of a reconciler: these objects are there, and no others.</summary>
    public static Known Exactly(params ReadOnlySpan<ResourceSnapshot> objects) => new KnownObjects([.. objects], isComplete: true);

    /// <summary>The object of a name, when it is there and owned; null when it is not, or when nothing was ever heard of it.</summary>
    /// <typeparam name="T">Its kind.</typeparam>
    public abstract T? Owned<T>(string name)
        where T : ResourceSnapshot;

    /// <summary>Whether it is known if there is an object of a name, be it owned or not. Unknown is not absent.</summary>
    /// <typeparam name="T">Its kind.</typeparam>
    public abstract bool Knows<T>(string name)
        where T : ResourceSnapshot;

    /// <summary>The objects of a kind that are there and owned, whatever their names.</summary>
    /// <typeparam name="T">The kind.</typeparam>
    public abstract IEnumerable<T> All<T>()
        where T : ResourceSnapshot;

    private sealed class KnownObjects(IReadOnlyList<ResourceSnapshot> objects, bool isComplete) : Known
    {
        public override T? Owned<T>(string name)
            where T : class => All<T>().FirstOrDefault(obj => obj.Key.Name == name);

        public override bool Knows<T>(string name) => isComplete || Owned<T>(name) is not null;

        public override IEnumerable<T> All<T>() => objects.OfType<T>();
    }
}
