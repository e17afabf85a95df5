namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>What is known of an expression before it is evaluated.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Cost">What it costs to evaluate, at most.</param>
/// <param name="ComputedSize">How large its value is, as far as the expression tells.</param>
/// <param name="Literal">The constant that it is, or null.</param>
internal readonly record struct CelChecked(CelDecl Type, ulong Cost, CelSize? ComputedSize = null, object? Literal = null)
{
    /// <summary>How large its value is; null when nothing tells.</summary>
    public CelSize? Size => ComputedSize ?? (Type.MaxElements is { } most ? new CelSize(0, (ulong)most) : Type.IsScalar ? CelSize.Exactly(1) : null);
}
