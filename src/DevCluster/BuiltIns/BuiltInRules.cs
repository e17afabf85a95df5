using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>A built-in kind that is a plain document of a known form.</summary>
internal class BuiltInRules(Type model) : KindRules
{
    public override Schema Schema => ModelSchema.Of(model);
}
