namespace OrleansOperator.DevCluster.Audit;

/// <summary>One request that was served.</summary>
/// <param name="Sequence">Its number, from 1.</param>
/// <param name="Time">When its answer began.</param>
/// <param name="Verb">get, list, watch, create, update, patch, delete or deletecollection.</param>
/// <param name="Resource">Plural name, with <c>/subresource</c> where it is one.</param>
/// <param name="Namespace">The namespace, or null.</param>
/// <param name="Name">The name, or null.</param>
/// <param name="User">Who asked.</param>
/// <param name="UserAgent">With what.</param>
/// <param name="Code">HTTP status of the answer, also when the client was gone by then; 0 when nothing was decided.</param>
/// <param name="DryRun">Whether nothing was to be written.</param>
public sealed record AuditEntry(
    long Sequence, DateTimeOffset Time, string Verb, string Resource, string? Namespace, string? Name,
    string User, string UserAgent, int Code, bool DryRun)
{
    /// <summary>What admission policies and webhooks noted down about it, by key; null for nothing.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Whether it asked for a change: a review is created and changes nothing.</summary>
    public bool IsWrite => Verb is "create" or "update" or "patch" or "delete" or "deletecollection"
        && !DryRun && !Resource.EndsWith("reviews", StringComparison.Ordinal);
}
