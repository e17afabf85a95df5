namespace OrleansOperator.DevCluster.Resources;

/// <summary>Where the scale subresource finds its fields, as paths of field names.</summary>
/// <param name="SpecReplicas">Path of the wanted replicas.</param>
/// <param name="StatusReplicas">Path of the observed replicas.</param>
/// <param name="Selector">Path of the label selector: a string in custom resources, a LabelSelector in built-in kinds.</param>
internal sealed record ScalePaths(string[] SpecReplicas, string[] StatusReplicas, string[]? Selector);
