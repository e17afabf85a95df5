using System.Text.Json.Serialization;
using OrleansOperator.Samples.Websites;

namespace OrleansOperator.Samples.Tests;

/// <summary>Another kind that owns ConfigMaps.</summary>
[Kind("samples.orleansoperator.io", "v1", "pages", "Page")]
public sealed record Page : CustomResource<WebsiteStatus>;

public sealed class PageReconciler : IReconciler<Page>
{
    public Plan Reconcile(Page obj, Known known) => Plan.Want(new ConfigMap { Key = obj.Key });
}

[JsonSerializable(typeof(Page))]
[JsonSerializable(typeof(ConfigMap))]
public sealed partial class PageJson : JsonSerializerContext;
