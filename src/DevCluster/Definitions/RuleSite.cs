using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Definitions;

/// <summary>A schema whose rules are to be checked.</summary>
internal sealed record RuleSite(Schema Schema)
{
    public RuleSite? OfProperty(string name) => Schema.Properties.TryGetValue(name, out var property) ? new RuleSite(property) : null;

    public RuleSite? OfItems() => Schema.Items is { } items ? new RuleSite(items) : null;

    public RuleSite? OfValues() => Schema.AdditionalProperties is { } values ? new RuleSite(values) : null;
}
