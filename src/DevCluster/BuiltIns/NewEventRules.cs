using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>events.k8s.io/v1 Events: the core ones under other names (KEP-383).</summary>
internal sealed class NewEventRules() : BuiltInRules("events/Event")
{
    private static readonly (string New, string Core)[] Names =
    [
        ("regarding", "involvedObject"), ("note", "message"), ("reportingController", "reportingComponent"),
        ("deprecatedSource", "source"), ("deprecatedFirstTimestamp", "firstTimestamp"),
        ("deprecatedLastTimestamp", "lastTimestamp"), ("deprecatedCount", "count"),
    ];

    public override bool Converts => true;

    public override void Validate(JsonObject obj, JsonObject? old, List<FieldError> errors)
    {
        if (old is not null)
            return;
        if (obj["eventTime"] is null)
            errors.Add(FieldError.Required("eventTime"));
        foreach (var field in new[] { "reportingController", "reportingInstance", "action", "reason" })
        {
            if (string.IsNullOrEmpty(obj.Text(field)))
                errors.Add(FieldError.Required(field));
        }

        if (obj.Text("type") is not ("Normal" or "Warning"))
            errors.Add(FieldError.InvalidText("type", obj.Text("type") ?? "", "has invalid value: " + obj.Text("type")));
    }

    public override IReadOnlyCollection<string> SelectableFields { get; } =
    [
        "regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "regarding.apiVersion", "regarding.resourceVersion",
        "regarding.fieldPath", "reason", "reportingController", "type",
    ];

    public override string? SelectableField(JsonObject obj, string field) => obj.Dig(field.Split('.'))?.ToString();

    public override JsonObject FromStored(JsonObject stored) => GoDecoder.Decode(Type, Rename(stored, "events.k8s.io/v1", names => (names.Core, names.New)), []);

    public override JsonObject ToStored(JsonObject obj) =>
        GoDecoder.Decode(GoTypes.Of("core/Event"), Rename(obj, "v1", names => (names.New, names.Core)), []);

    private static JsonObject Rename(JsonObject from, string apiVersion, Func<(string New, string Core), (string From, string To)> direction)
    {
        var names = Names.Select(direction).ToDictionary(pair => pair.From, pair => pair.To);
        var to = new JsonObject();
        foreach (var (name, value) in from)
            to[names.GetValueOrDefault(name, name)] = value?.DeepClone();
        to["apiVersion"] = apiVersion;
        return to;
    }
}
