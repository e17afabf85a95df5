using OrleansOperator.Chaos.Support;

[assembly: AssemblyFixture(typeof(SiloFleet))]
