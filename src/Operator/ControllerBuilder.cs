using System.Text.Json.Serialization;
using OrleansOperator.Fleet;
using OrleansOperator.Grains.Engine.Controllers;
using OrleansOperator.Grains.Engine.Kinds;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.ManifestGeneration.Definitions;
using OrleansOperator.Silo.Building;

namespace OrleansOperator;

/// <summary>Describes one controller.</summary>
/// <typeparam name="TObject">The kind that it reconciles.</typeparam>
public sealed class ControllerBuilder<TObject>
    where TObject : ReconciledSnapshot
{
    private readonly IReconciler<TObject> _reconciler;
    private readonly List<Func<JsonKinds, OwnedKind>> _owned = [];
    private readonly List<FleetColumn> _columns = [];
    private string? _name;
    private JsonSerializerContext? _json;

    internal ControllerBuilder(IReconciler<TObject> reconciler) => _reconciler = reconciler;

    /// <summary>
    /// How its records are read and written: a source-generated context with a <c>[JsonSerializable]</c> for the kind and for each kind
    /// that it owns. Names are in camel case; null is not written.
    /// </summary>
    public ControllerBuilder<TObject> Json(JsonSerializerContext context)
    {
        _json = context;
        return this;
    }

    /// <summary>Declares a kind that its objects own, in their own namespace: the reconciler may want objects of it, and is called when they change.</summary>
    /// <typeparam name="T">The kind: a record with a <see cref="KindAttribute"/>.</typeparam>
    public ControllerBuilder<TObject> Owns<T>()
        where T : ResourceSnapshot
    {
        _owned.Add(static kinds => kinds.Owned<T>());
        return this;
    }

    /// <summary>Its name in metrics, logs and URLs, and the type of its grains; otherwise the kind in lower case.</summary>
    /// <param name="name">A short lower-case word. It may not change while silos of two versions run side by side.</param>
    public ControllerBuilder<TObject> Named(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _name = name;
        return this;
    }

    /// <summary>Shows a number of each object on the fleet pages.</summary>
    /// <param name="id">A lower-case word for URLs.</param>
    /// <param name="title">The title of the column.</param>
    /// <param name="value">The number; null when there is none.</param>
    public ControllerBuilder<TObject> Column(string id, string title, Func<TObject, int?> value)
    {
        _columns.Add(new FleetColumn(id, title, obj => new FleetValue(value((TObject)obj))));
        return this;
    }

    internal ControllerRegistration Build()
    {
        if (_json is null)
            throw new ArgumentException($"The controller of {typeof(TObject).Name} has no JSON context: give it one with Json(MyContext.Default).");
        var kinds = new JsonKinds(_json);
        var kind = kinds.Reconciled<TObject>();
        var owned = _owned.Select(make => make(kinds)).ToList();
        if (owned.GroupBy(one => one.QualifiedName).FirstOrDefault(group => group.Count() > 1) is { Key: var twice })
            throw new ArgumentException($"The controller of {typeof(TObject).Name} owns {twice} twice: call Owns once for each kind.");
        if (owned.Any(one => one.QualifiedName == kind.QualifiedName))
            throw new ArgumentException($"The controller of {typeof(TObject).Name} owns its own kind, which is not supported.");
        var controller = new Controller(
            _name ?? kind.Name.ToLowerInvariant(), kind, owned, (obj, known) => _reconciler.Reconcile((TObject)obj, known));
        return ControllerRegistration.Of<TObject>(controller, _columns, new KindDefinition(kind.Resource, typeof(TObject), _json));
    }
}
