using OrleansOperator.Silo;

return await FooOperator.Build(args).RunAsync();
