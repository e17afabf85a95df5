namespace OrleansOperator.Fleet;

/// <summary>The kinds of all controllers of this process.</summary>
public sealed class FleetKinds
{
    private readonly Dictionary<string, FleetKind> _byController;

    /// <summary>Collects them.</summary>
    /// <exception cref="ArgumentException">Two kinds belong to one controller.</exception>
    public FleetKinds(IEnumerable<FleetKind> kinds)
    {
        All = [.. kinds.OrderBy(kind => kind.Controller, StringComparer.Ordinal)];
        _byController = All.ToDictionary(kind => kind.Controller, StringComparer.Ordinal);
        Columns = [.. All.SelectMany(kind => kind.Columns).DistinctBy(column => column.Id)];
    }

    /// <summary>All kinds, by the names of their controllers.</summary>
    public IReadOnlyList<FleetKind> All { get; }

    /// <summary>The columns of all kinds; of those with one id the first.</summary>
    public IReadOnlyList<FleetColumn> Columns { get; }

    /// <summary>The kind of a controller; null when there is none.</summary>
    public FleetKind? Find(string controller) => _byController.GetValueOrDefault(controller);
}
