namespace OrleansOperator.KubeApi;

/// <summary>Media types of request bodies that the API server takes.</summary>
public static class KubeMediaTypes
{
    /// <summary>A whole object.</summary>
    public const string Json = "application/json";

    /// <summary>A JSON merge patch (RFC 7386).</summary>
    public const string MergePatch = "application/merge-patch+json";

    /// <summary>A JSON patch (RFC 6902).</summary>
    public const string JsonPatch = "application/json-patch+json";

    /// <summary>A strategic merge patch: merges lists by key; built-in kinds only.</summary>
    public const string StrategicMergePatch = "application/strategic-merge-patch+json";

    /// <summary>Server-side apply (KEP-555).</summary>
    public const string ApplyPatch = "application/apply-patch+yaml";
}
