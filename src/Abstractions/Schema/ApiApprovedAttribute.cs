namespace OrleansOperator.Schema;

/// <summary>
/// The annotation <c>api-approved.kubernetes.io</c>, which a kind in a group that ends in <c>.k8s.io</c> or <c>.kubernetes.io</c> must have
/// (KEP-2337).
/// </summary>
/// <param name="approval">A link to the approval of the API, or "unapproved" and why.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ApiApprovedAttribute(string approval) : Attribute
{
    /// <summary>The value of the annotation.</summary>
    public string Approval { get; } = approval;
}
