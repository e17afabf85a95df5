using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>Namespaces: labelled with their own name, and held by a finalizer until they are empty.</summary>
internal sealed class NamespaceRules() : BuiltInRules("core/Namespace")
{
    public override IReadOnlyCollection<string> SelectableFields { get; } = ["status.phase"];

    public override string? SelectableField(JsonObject obj, string field) => obj.Dig(field.Split('.'))?.ToString();

    public override void PrepareForCreate(JsonObject obj)
    {
        obj["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") };
        obj["status"] = new JsonObject { ["phase"] = "Active" };
    }

    public override void Default(JsonObject obj) =>
        obj.Ensure("metadata").Ensure("labels")["kubernetes.io/metadata.name"] = obj["metadata"].Text("name");
}
