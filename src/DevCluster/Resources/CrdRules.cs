using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.BuiltIns;
using OrleansOperator.DevCluster.Definitions;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>apiextensions.k8s.io/v1 CustomResourceDefinitions.</summary>
internal sealed class CrdRules() : BuiltInRules("apiextensions/CustomResourceDefinition")
{
    /// <summary>Holds a CRD until its objects are gone.</summary>
    public const string Finalizer = "customresourcecleanup.apiextensions.k8s.io";

    private const int DefaultPort = 443;

    public override void Default(JsonObject obj)
    {
        var names = obj.Ensure("spec").Ensure("names");
        if (names.Text("kind") is { Length: > 0 } kind)
        {
            names.Default("singular", kind.ToLowerInvariant());
            names.Default("listKind", kind + "List");
        }

        var spec = obj.Ensure("spec");
        if (spec["conversion"] is null)
            spec["conversion"] = new JsonObject { ["strategy"] = "None" };
        if (spec.Dig("conversion", "webhook", "clientConfig", "service") is JsonObject service)
            service.Default("port", DefaultPort);
    }

    public override void PrepareForCreate(JsonObject obj)
    {
        obj["status"] = new JsonObject
        {
            ["conditions"] = null,
            ["acceptedNames"] = new JsonObject { ["plural"] = "", ["kind"] = "" },
            ["storedVersions"] = new JsonArray(),
        };
        AddStoredVersion(obj);
    }

    public override void PrepareForUpdate(JsonObject obj, JsonObject old) => AddStoredVersion(obj);

    public override void Validate(JsonObject obj, JsonObject? old, List<FieldError> errors) => CrdValidation.Validate(obj, old, errors);

    public override void ValidateStatus(JsonObject obj, JsonObject old, List<FieldError> errors) => CrdValidation.ValidateStatus(obj, errors);

    /// <summary>The version that objects are stored in from now on is one in which they may be.</summary>
    private static void AddStoredVersion(JsonObject crd)
    {
        var status = crd.Ensure("status");
        var stored = status.List("storedVersions") ?? [];
        if ((crd["spec"].List("versions") ?? []).FirstOrDefault(version => version.Flag("storage")).Text("name") is { } name
            && !stored.Any(version => version!.GetValue<string>() == name))
        {
            stored.Add(name);
        }

        status["storedVersions"] ??= stored;
    }
}
