using System.Text;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>core/v1 Secrets.</summary>
internal sealed class SecretRules() : BuiltInRules("core/Secret")
{
    public override IReadOnlyCollection<string> SelectableFields { get; } = ["type"];

    public override string? SelectableField(JsonObject obj, string field) => obj.Text(field);

    /// <summary><c>stringData</c> is written and never read: it ends up in <c>data</c>.</summary>
    public override void Default(JsonObject obj)
    {
        base.Default(obj);
        foreach (var (key, value) in obj.Object("stringData") ?? [])
            obj.Ensure("data")[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value?.ToString() ?? ""));
        obj.Remove("stringData");
    }

    public override void Validate(JsonObject obj, JsonObject? old, List<FieldError> errors)
    {
        DataMaps.ValidateKeys(obj, "data", errors);
        foreach (var (_, value) in obj.Object("data") ?? [])
        {
            if (value is not null && !Formats.IsValid("byte", value.ToString()))
                throw ApiErrors.BadRequest("Secret in version \"v1\" cannot be handled as a Secret: illegal base64 data at input byte 0");
        }

        if (old is not null && obj.Text("type") != old.Text("type"))
            errors.Add(FieldError.InvalidText("type", obj.Text("type") ?? "", "field is immutable"));
        DataMaps.ValidateImmutable(obj, old, ["data"], errors);
    }
}
