using System.Reflection;
using OrleansOperator.Fleet;
using OrleansOperator.Foos;
using OrleansOperator.Silo.Building;

namespace OrleansOperator.Silo;

/// <summary>The operator of Foos.</summary>
internal static class FooOperator
{
    /// <summary>Builds it.</summary>
    /// <param name="args">The command line.</param>
    public static OperatorApplication Build(params string[] args) =>
        OperatorApplication.CreateBuilder(args)
            .Add(ControllerRegistration.Of<FooSnapshot>(FooController.Instance,
            [
                new FleetColumn("desired", "Desired", static foo => new FleetValue(((FooSnapshot)foo).Replicas)),
                new FleetColumn("available", "Available", static foo => new FleetValue(((FooSnapshot)foo).AvailableReplicas)),
            ]))
            .AddManifests(Assembly.GetExecutingAssembly())
            .Build();
}
