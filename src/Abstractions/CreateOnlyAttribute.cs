namespace OrleansOperator;

/// <summary>A field that is written when an object is created and never compared afterwards, because it cannot change or belongs to others from then on.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CreateOnlyAttribute : Attribute;
