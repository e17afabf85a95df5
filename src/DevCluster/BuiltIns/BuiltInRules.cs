using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>A built-in kind: its form is that of its Go type, its defaults stand in <c>defaults.txt</c>.</summary>
/// <param name="type"><c>package/Type</c>.</param>
internal class BuiltInRules(string type) : KindRules
{
    protected GoType Type => GoTypes.Of(type);

    public override Schema Schema => GoSchemas.Of(type);

    public override JsonObject Empty(ResourceInfo resource) => GoDecoder.Decode(Type, base.Empty(resource), []);

    public override JsonObject Decode(ResourceInfo resource, JsonObject obj, List<string> unknown) =>
        GoDecoder.Decode(Type, obj, resource.Kind, resource.Version, unknown);

    public override void Default(JsonObject obj) => GoDefaults.Apply(Type, obj);

    /// <summary>Sets the status to what it is before anything is known.</summary>
    public override void PrepareForCreate(JsonObject obj)
    {
        if (Type.Fields.TryGetValue("status", out var status))
            obj["status"] = GoDecoder.Decode(status.Type.Struct, [], []);
    }

}
