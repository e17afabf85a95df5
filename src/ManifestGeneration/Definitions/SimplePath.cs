using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrleansOperator.ManifestGeneration.Definitions;

/// <summary>A JSONPath that names one field, such as <c>.spec.replicas</c>.</summary>
internal static partial class SimplePath
{
    /// <summary>Whether a path is one.</summary>
    public static bool IsOne(string path) => Simple().IsMatch(path);

    /// <summary>The schema of the field that it leads to; null if there is none.</summary>
    public static JsonObject? Find(JsonObject schema, string path) => path.Split('.').Skip(1)
        .Aggregate((JsonObject?)schema, static (found, name) => (found?["properties"]?[name] ?? found?["additionalProperties"]) as JsonObject);

    [GeneratedRegex(@"^(\.[A-Za-z_][A-Za-z0-9_-]*)+$")]
    private static partial Regex Simple();
}
