using OrleansOperator.DevCluster.Schemas;
using OrleansOperator.DevCluster.Schemas.Cel;

namespace OrleansOperator.DevCluster.Definitions;

/// <summary>A schema whose rules are to be checked.</summary>
/// <param name="Schema">The schema.</param>
/// <param name="Occurrences">How often its value can occur in an object; null when a list or a map above it has no limit.</param>
/// <param name="Costs">What all rules cost together.</param>
internal sealed record RuleSite(Schema Schema, ulong? Occurrences, RuleCosts Costs)
{
    public RuleSite? OfProperty(string name) => Schema.Properties.TryGetValue(name, out var property) ? Of(property) : null;

    public RuleSite? OfItems() => Schema.Items is { } items ? Of(items) : null;

    public RuleSite? OfValues() => Schema.AdditionalProperties is { } values ? Of(values) : null;

    private RuleSite Of(Schema child)
    {
        ulong? most = Schema.Type switch
        {
            "object" when Schema.AdditionalProperties is not null => (ulong?)Schema.MaxProperties,
            "array" => (ulong?)Schema.MaxItems,
            _ => 1,
        };
        return this with { Schema = child, Occurrences = Occurrences is { } times && most is { } each ? CelSize.Product(times, each) : null };
    }
}
