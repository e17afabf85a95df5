using OrleansOperator.Grains.Engine.Facts;
using OrleansOperator.Grains.Engine.Kinds;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Engine.Controllers;

/// <summary>One controller: the kind that it reconciles, the kinds of what its objects own, and what they call for.</summary>
public sealed class Controller
{
    private readonly Func<ReconciledSnapshot, Known, Plan> _reconcile;
    private readonly string _groupPrefix;

    /// <summary>Makes a controller.</summary>
    /// <param name="name">Its name, in metrics, logs and URLs: a short lower-case word, such as the kind.</param>
    /// <param name="kind">The kind that it reconciles.</param>
    /// <param name="owned">The kinds of which its objects own some.</param>
    /// <param name="reconcile">What an object calls for; see <see cref="IReconciler{TObject}"/>.</param>
    public Controller(string name, ReconciledKind kind, IReadOnlyList<OwnedKind> owned, Func<ReconciledSnapshot, Known, Plan> reconcile)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(owned);
        (Name, Kind, Owned, _reconcile) = (name, kind, owned, reconcile);
        GrainType = GrainType.Create(name);
        _groupPrefix = kind.Resource.Group + "/";
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The kind that it reconciles.</summary>
    public ReconciledKind Kind { get; }

    /// <summary>The kinds of which its objects own some.</summary>
    public IReadOnlyList<OwnedKind> Owned { get; }

    /// <summary>The Orleans type of its grains, one of which is each object.</summary>
    public GrainType GrainType { get; }

    /// <summary>The grain of an object.</summary>
    public IReconcilerGrain Grain(IGrainFactory grains, ObjectKey key)
    {
        ArgumentNullException.ThrowIfNull(grains);
        return grains.GetGrain<IReconcilerGrain>(GrainId.Create(GrainType, key.ToString()));
    }

    /// <summary>The object that a snapshot concerns: itself, or the one that controls it; null when there is none.</summary>
    public ObjectKey? Route(ResourceSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return snapshot.GetType() == Kind.Type ? snapshot.Key : OwnerOf(snapshot);
    }

    /// <summary>The object of this controller that controls another, by the kind and group of its owner reference; null when none does.</summary>
    public ObjectKey? OwnerOf(ResourceSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return snapshot.Controller is { } owner && owner.Kind == Kind.Name && owner.ApiVersion.StartsWith(_groupPrefix, StringComparison.Ordinal)
            ? new ObjectKey(Kind.Resource.IsClusterScoped ? "" : snapshot.Key.Namespace, owner.Name)
            : null;
    }

    internal Plan Reconcile(ReconciledSnapshot obj, Known known) => _reconcile(obj, known);

    /// <summary>The owned kind of a resource, by its qualified name; null when it is none.</summary>
    internal OwnedKind? OwnedOf(string resource)
    {
        foreach (var kind in Owned)
        {
            if (kind.QualifiedName == resource)
                return kind;
        }

        return null;
    }

    /// <summary>The owned kind of a type of snapshots; null when it is none.</summary>
    internal OwnedKind? OwnedOf(Type type)
    {
        foreach (var kind in Owned)
        {
            if (kind.Type == type)
                return kind;
        }

        return null;
    }

    /// <summary>Which object a reconciler wants.</summary>
    /// <exception cref="InvalidOperationException">Its kind is not registered as owned.</exception>
    internal ChildKey ChildOf(ResourceSnapshot wanted) => new(
        OwnedOf(wanted.GetType()) ?? throw new InvalidOperationException(
            $"The reconciler of {Kind.Name} wants a {wanted.GetType().Name}, which its controller does not own: register it with Owns<{wanted.GetType().Name}>()."),
        wanted.Key);

    /// <summary>Whether a Ready condition of this reason says that its generation was synced.</summary>
    internal bool IsSynced(string reason) => !EngineReasons.IsProblem(reason) && InvalidKind(reason) is null;

    /// <summary>The kind that the API server called invalid, if that is what a Ready condition of this reason says.</summary>
    internal string? InvalidKind(string reason)
    {
        foreach (var kind in Owned)
        {
            if (reason.Length == kind.Name.Length + EngineReasons.Invalid.Length
                && reason.StartsWith(kind.Name, StringComparison.Ordinal) && reason.EndsWith(EngineReasons.Invalid, StringComparison.Ordinal))
            {
                return kind.Name;
            }
        }

        return null;
    }
}
