using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;

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

    public override void Default(JsonObject obj)
    {
        base.Default(obj);
        if (obj["metadata"].Text("name") is { Length: > 0 } name)
            obj["metadata"]!.AsObject().Ensure("labels")["kubernetes.io/metadata.name"] = name;
    }

    public override void Canonicalize(JsonObject obj) => Default(obj);

    public override IEnumerable<string> ValidateName(string name, bool isPrefix) => Names.DnsLabel(name, isPrefix);
}
