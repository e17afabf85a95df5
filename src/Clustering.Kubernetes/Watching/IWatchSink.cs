using System.Text.Json;

namespace OrleansOperator.Clustering.Kubernetes.Watching;

/// <summary>Takes what a watch brings. Nothing comes at the same time as another.</summary>
internal interface IWatchSink
{
    /// <summary>All that there is, at the start and whenever changes may have been missed.</summary>
    Task ReplaceAsync(IReadOnlyList<JsonElement> objects, CancellationToken cancellationToken);

    /// <summary>An object was added or modified.</summary>
    Task UpsertAsync(JsonElement obj, CancellationToken cancellationToken);

    /// <summary>An object was deleted.</summary>
    Task DeleteAsync(JsonElement obj, CancellationToken cancellationToken);
}
