using OrleansOperator.KubeApi.Access;
using OrleansOperator.ManifestGeneration.Definitions;

namespace OrleansOperator.ManifestGeneration;

/// <summary>What manifests are generated from: an operator, as its registrations describe it.</summary>
/// <param name="Kinds">The kinds that it defines.</param>
/// <param name="Permissions">What its components declare that they need.</param>
public sealed record ManifestSource(IReadOnlyList<KindDefinition> Kinds, IReadOnlyList<PermissionRequirement> Permissions);
