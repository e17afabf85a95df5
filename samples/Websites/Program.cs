using OrleansOperator.Samples.Websites;

return await WebsiteOperator.Build(args).RunAsync();
