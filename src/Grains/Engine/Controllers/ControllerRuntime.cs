using Microsoft.Extensions.Logging;
using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Engine.Running;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Events;

namespace OrleansOperator.Grains.Engine.Controllers;

/// <summary>What all grains of one controller on this silo share.</summary>
/// <typeparam name="TObject">The kind's snapshots.</typeparam>
internal sealed class ControllerRuntime<TObject>(Controller controller, IKubeApi api, IEventRecorder events, TimeProvider clock, ILogger<ControllerRuntime<TObject>> logger)
    where TObject : ReconciledSnapshot
{
    private readonly ObjectWriter _writer = new(new JournaledApi(api, clock));
    private readonly StatusSchema _schema = new(controller.Kind, clock, logger);

    /// <summary>The controller.</summary>
    public Controller Controller => controller;

    /// <summary>Makes what reconciles one object.</summary>
    public ObjectReconciler CreateReconciler(ReconcilerServices services) =>
        new(controller, _writer, _schema, events, services.Clock, services.Options.Value, services.Logger);
}
