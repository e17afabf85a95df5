using OrleansOperator.Fleet;
using OrleansOperator.Grains.Engine.Controllers;
using OrleansOperator.Grains.Engine.Kinds;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi.Access;
using OrleansOperator.ManifestGeneration.Definitions;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Building;

/// <summary>One controller, and how it is added to a silo.</summary>
internal sealed class ControllerRegistration
{
    private readonly Func<IServiceCollection, IServiceCollection> _add;
    private readonly FleetKind _fleet;

    private ControllerRegistration(Controller controller, Func<IServiceCollection, IServiceCollection> add, FleetKind fleet) =>
        (Controller, _add, _fleet) = (controller, add, fleet);

    /// <summary>The controller.</summary>
    public Controller Controller { get; }

    /// <summary>The kind that it reconciles, and those that it owns.</summary>
    public IEnumerable<ObjectKind> Kinds => [Controller.Kind, .. Controller.Owned];

    /// <summary>A registration.</summary>
    /// <typeparam name="TObject">The snapshots of the kind that it reconciles.</typeparam>
    /// <param name="controller">The controller.</param>
    /// <param name="columns">What the fleet pages show beside what every kind has.</param>
    /// <param name="definition">The types that describe the kind.</param>
    public static ControllerRegistration Of<TObject>(Controller controller, IReadOnlyList<FleetColumn> columns, KindDefinition? definition = null)
        where TObject : ReconciledSnapshot =>
        new(controller, services => services.AddController<TObject>(controller), new FleetKind
        {
            Controller = controller.Name,
            Resource = controller.Kind.Resource,
            Conditions = static obj => ((ReconciledSnapshot)obj).Conditions,
            Columns = columns,
        })
        {
            Definition = definition,
        };

    /// <summary>The types that describe the kind; null when none do, and no CRD can be generated.</summary>
    public KindDefinition? Definition { get; init; }

    /// <summary>Adds it.</summary>
    public void AddTo(IServiceCollection services, SiloSettings settings) =>
        _add(services)
            .AddSingleton(_fleet)
            .AddPermissionRequirements(ControllerPermissions.Of(Controller).In(settings.Namespaces));
}
