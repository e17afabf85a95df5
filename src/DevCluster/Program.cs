using OrleansOperator.DevCluster;

return await DevClusterCommand.RunAsync(args, Console.Error);
