namespace OrleansOperator.Samples.Websites;

/// <summary>The operator of websites.</summary>
public static class WebsiteOperator
{
    /// <summary>Builds it.</summary>
    /// <param name="args">The command line.</param>
    public static OperatorApplication Build(params string[] args) =>
        OperatorApplication.CreateBuilder(args)
            .AddController<Website, WebsiteReconciler>(c => c
                .Json(WebsiteJson.Default)
                .Owns<ConfigMap>()
                .Owns<Deployment>()
                .Owns<Service>()
                .Column("pods", "Pods", website => website.Status?.AvailableReplicas))
            .AddManifests(typeof(WebsiteOperator).Assembly)
            .Build();
}
