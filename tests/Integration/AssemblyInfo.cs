using OrleansOperator.Integration.Support;

[assembly: AssemblyFixture(typeof(OperatorFixture))]
