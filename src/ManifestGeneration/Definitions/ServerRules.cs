using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.ManifestGeneration.Definitions;

/// <summary>What an API server refuses, by the rules that DevCluster has of it: structure, defaults, CEL and its cost, names, groups.</summary>
internal static class ServerRules
{
    private const string Schema = "spec.validation.openAPIV3Schema";

    /// <summary>Adds whatever is wrong with a CRD.</summary>
    public static void Check(JsonObject crd, Findings findings)
    {
        var judged = (JsonObject)crd.DeepClone();
        var rules = new CrdRules();
        rules.Default(judged);
        rules.PrepareForCreate(judged);
        var errors = new List<FieldError>();
        rules.Validate(judged, null, errors);
        foreach (var error in errors)
            findings.Add(error.Field, Schema, error.Message);
    }
}
