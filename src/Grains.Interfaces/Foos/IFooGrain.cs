namespace OrleansOperator.Grains.Interfaces.Foos;

/// <summary>The grain of one Foo.</summary>
[Alias("oo.foo-grain")]
public interface IFooGrain : IReconciler;
