using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;

namespace OrleansOperator.DevCluster.Apply;

/// <summary>Others own fields that an apply would give other values.</summary>
internal sealed class ApplyConflict(IReadOnlyList<(FieldManagerKey Manager, FieldSet Fields)> conflicts) : Exception("conflict")
{
    public FieldSet Fields { get; } = conflicts.Aggregate(new FieldSet(), (all, conflict) => all.Union(conflict.Fields));

    /// <summary>What is left of the conflict when some fields are no matter; null when nothing is.</summary>
    public ApplyConflict? Without(FieldSet allowed)
    {
        var left = conflicts.Select(conflict => (conflict.Manager, conflict.Fields.Without(allowed))).Where(conflict => !conflict.Item2.IsEmpty).ToList();
        return left.Count > 0 ? new ApplyConflict(left) : null;
    }

    /// <summary>409 with a cause for each field.</summary>
    public ApiException ToApiException()
    {
        var all = conflicts.OrderBy(conflict => conflict.Manager.SortKey, StringComparer.Ordinal)
            .Select(conflict => (conflict.Manager, Paths: conflict.Fields.Paths().ToList())).ToList();
        var count = all.Sum(conflict => conflict.Paths.Count);
        var text = count == 1
            ? $"1 conflict: conflict with {all[0].Manager}: {all[0].Paths[0]}"
            : $"{count} conflicts: " + string.Join("\n", all.Select(conflict => $"conflicts with {conflict.Manager}:\n{string.Join("\n", conflict.Paths.Select(path => "- " + path))}"));
        return new ApiException(409, "Conflict", $"Apply failed with {text}", new JsonObject
        {
            ["causes"] = new JsonArray([.. all.SelectMany(conflict => conflict.Paths.Select(path => new JsonObject
            {
                ["reason"] = "FieldManagerConflict",
                ["message"] = $"conflict with {conflict.Manager}",
                ["field"] = path,
            }))]),
        });
    }
}
