using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>A built-in kind: its form is that of its Go type, its defaults stand in <c>defaults.txt</c>.</summary>
/// <param name="type"><c>package/Type</c>.</param>
internal class BuiltInRules(string type) : KindRules
{
    public override Schema Schema => GoSchemas.Of(type);

    public override void Default(JsonObject obj) => GoDefaults.Apply(GoTypes.Of(type), obj);
}
