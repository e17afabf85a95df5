namespace OrleansOperator.Grains.Interfaces.Foos;

/// <summary>The grain of one Foo.</summary>
public interface IFooGrain : IReconciler;
