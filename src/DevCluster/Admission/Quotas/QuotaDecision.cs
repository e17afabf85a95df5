using System.Globalization;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.BuiltIns;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Admission.Quotas;

/// <summary>Whether an object fits into a quota (apiserver, <c>admission/plugin/resourcequota</c> <c>CheckRequest</c>).</summary>
/// <param name="Refusal">Why it does not; null when it does.</param>
/// <param name="Used">What is used with it; null when the quota is not about it.</param>
internal readonly record struct QuotaDecision(string? Refusal, JsonObject? Used)
{
    /// <param name="quota">The quota: its <c>status.hard</c> is enforced, which the quota controller copies from the spec.</param>
    /// <param name="resource"><c>plural.group</c> of the new object.</param>
    /// <param name="obj">The new object.</param>
    /// <param name="old">The object that it replaces, or null.</param>
    public static QuotaDecision Decide(JsonObject quota, string resource, JsonObject obj, JsonObject? old)
    {
        var hard = quota["status"].Object("hard") ?? [];
        var limited = hard.Select(pair => pair.Key).Where(name => ResourceUsage.Counted(name) == resource).Order(StringComparer.Ordinal).ToList();
        if (limited.Count == 0 || !QuotaScopes.Covers(quota["spec"] as JsonObject ?? [], resource, obj))
            return default;
        var name = quota["metadata"].Text("name");
        var used = quota["status"].Object("used") ?? [];
        var unknown = limited.Where(known => !used.ContainsKey(known)).ToList();
        if (unknown.Count > 0)
            return new QuotaDecision($"status unknown for quota: {name}, resources: {string.Join(',', limited)}", null);
        var requested = Requested(resource, obj, old).Where(pair => hard.ContainsKey(pair.Key) && pair.Value > 0).ToList();
        if (requested.Count == 0)
            return default;
        var after = used.Clone();
        foreach (var (key, amount) in requested)
            after[key] = (Amount(used[key]) + new Quantity(amount, 0)).ToString();
        var exceeded = requested.Where(pair => Amount(after[pair.Key]).CompareTo(Amount(hard[pair.Key])) > 0).ToList();
        return exceeded.Count == 0 ? new QuotaDecision(null, after) : new QuotaDecision(
            $"exceeded quota: {name}, requested: {Shown(exceeded, pair => pair.Value.ToString(CultureInfo.InvariantCulture))}, used: {Shown(exceeded, pair => used[pair.Key]!.ToString())}, limited: {Shown(exceeded, pair => hard[pair.Key]!.ToString())}",
            null);
    }

    /// <summary>What all objects of a namespace use together of what a quota limits.</summary>
    /// <param name="spec">The <c>spec</c> of the quota.</param>
    /// <param name="objects">The objects of a resource (<c>plural.group</c>).</param>
    public static JsonObject Count(JsonObject spec, Func<string, IReadOnlyCollection<StoredObject>> objects)
    {
        var hasScopes = spec.List("scopes") is { Count: > 0 } || spec["scopeSelector"].List("matchExpressions") is { Count: > 0 };
        var used = new JsonObject();
        foreach (var group in (spec.Object("hard") ?? []).Select(pair => pair.Key).Order(StringComparer.Ordinal).GroupBy(ResourceUsage.Counted))
        {
            var amounts = group.Key is not { } resource || (hasScopes && resource != "pods") ? []
                : ResourceUsage.IsUniform(resource) ? ResourceUsage.Of(resource, []).Select(pair => new KeyValuePair<string, long>(pair.Key, objects(resource).Count))
                : objects(resource).Select(stored => stored.Parse()).Where(obj => QuotaScopes.Covers(spec, resource, obj)).SelectMany(obj => ResourceUsage.Of(resource, obj));
            var sums = amounts.GroupBy(pair => pair.Key).ToDictionary(same => same.Key, same => same.Sum(pair => pair.Value));
            foreach (var name in group)
                used[name] = sums.GetValueOrDefault(name).ToString(CultureInfo.InvariantCulture);
        }

        return used;
    }

    /// <summary>A change is charged for what it adds.</summary>
    private static List<KeyValuePair<string, long>> Requested(string resource, JsonObject obj, JsonObject? old)
    {
        var before = old is null ? [] : ResourceUsage.Of(resource, old).ToDictionary();
        return [.. ResourceUsage.Of(resource, obj).Select(pair => new KeyValuePair<string, long>(pair.Key, pair.Value - before.GetValueOrDefault(pair.Key)))];
    }

    private static Quantity Amount(JsonNode? value) => Quantity.Parse(value?.ToString() ?? "0");

    private static string Shown(IEnumerable<KeyValuePair<string, long>> items, Func<KeyValuePair<string, long>, string> amount) =>
        string.Join(',', items.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={amount(pair)}"));
}
