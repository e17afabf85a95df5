using System.Text.Json.Serialization.Metadata;
using OrleansOperator.KubeApi;

namespace OrleansOperator.ManifestGeneration.Definitions;

/// <summary>A kind to generate a CRD for.</summary>
/// <param name="Resource">What it is called, and its only version.</param>
/// <param name="Type">The type of its objects, with the properties Spec and Status.</param>
/// <param name="Context">The source-generated JSON context that knows the type. Names that it does not give are in camel case.</param>
public sealed record KindDefinition(ResourceType Resource, Type Type, IJsonTypeInfoResolver Context);
