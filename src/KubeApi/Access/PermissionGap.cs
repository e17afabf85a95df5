namespace OrleansOperator.KubeApi.Access;

/// <summary>A permission that this operator does not have.</summary>
/// <param name="Target">Verb, resource, and namespace or null for all.</param>
/// <param name="Need">What its absence means.</param>
/// <param name="Reason">What it is for; empty when no component declared it.</param>
public sealed record PermissionGap(RequestTarget Target, PermissionNeed Need, string Reason)
{
    /// <summary>Lines for the log and for probes: one per resource and namespace, most urgent first.</summary>
    public static IReadOnlyList<string> Describe(IEnumerable<PermissionGap> gaps) =>
    [
        .. gaps
            .OrderBy(static gap => gap.Need)
            .GroupBy(static permission => (permission.Target.Resource, permission.Target.Namespace))
            .Select(static group =>
                AccessDiagnosis.Missing(group.Select(static gap => gap.Target.Verb), group.Key.Resource, group.Key.Namespace) + Without(group)),
    ];

    private static string Without(IEnumerable<PermissionGap> group)
    {
        var reasons = group.Select(static gap => gap.Reason).Where(static reason => reason.Length > 0).Distinct();
        return string.Join(", ", reasons) is { Length: > 0 } list ? $" Without it the operator cannot {list}." : "";
    }
}
