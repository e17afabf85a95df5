using System.Text.Json.Nodes;

namespace OrleansOperator.ManifestGeneration.Definitions;

/// <summary>
/// The status of every kind: the engine writes observedGeneration and conditions (API conventions, "Typical status properties"), which a
/// status that does not name them gets.
/// </summary>
internal static class StatusSchema
{
    /// <summary>Adds what is missing to the schema of a kind.</summary>
    public static void Complete(JsonObject root)
    {
        if (root["properties"] is not JsonObject fields)
            root["properties"] = fields = [];
        if (fields["status"] is not JsonObject status)
            fields["status"] = status = new() { ["type"] = "object", ["description"] = "What is there. Written by the operator." };
        if (status["properties"] is not JsonObject properties)
            status["properties"] = properties = [];
        properties.TryAdd("observedGeneration", Generation("The metadata.generation that this status is about: if it is less, the operator has not yet reacted to the latest change of the spec."));
        properties.TryAdd("conditions", Conditions());
    }

    private static JsonObject Conditions() => new()
    {
        ["type"] = "array",
        ["description"] = "Conditions of the object, by type. The operator writes Ready, and keeps the conditions of others.",
        ["x-kubernetes-list-type"] = "map",
        ["x-kubernetes-list-map-keys"] = new JsonArray("type"),
        ["items"] = new JsonObject
        {
            ["type"] = "object",
            ["description"] = "One aspect of the state of the object.",
            ["required"] = new JsonArray("type", "status", "lastTransitionTime", "reason", "message"),
            ["properties"] = new JsonObject
            {
                ["type"] = Text("Name of the condition, such as Ready.", null, 316),
                ["status"] = new JsonObject { ["type"] = "string", ["description"] = "Whether it holds.", ["enum"] = new JsonArray("True", "False", "Unknown") },
                ["observedGeneration"] = Generation("The metadata.generation that this condition is about.", minimum: 0),
                ["lastTransitionTime"] = new JsonObject { ["type"] = "string", ["format"] = "date-time", ["description"] = "When the status of the condition last changed." },
                ["reason"] = Text("Why it has this status, in one word for programs.", 1, 1024),
                ["message"] = Text("Why it has this status, for people.", null, 32768),
            },
        },
    };

    private static JsonObject Generation(string description, int? minimum = null)
    {
        var schema = new JsonObject { ["type"] = "integer", ["format"] = "int64", ["description"] = description };
        if (minimum is not null)
            schema["minimum"] = minimum;
        return schema;
    }

    private static JsonObject Text(string description, int? minLength, int maxLength)
    {
        var schema = new JsonObject { ["type"] = "string", ["description"] = description, ["maxLength"] = maxLength };
        if (minLength is not null)
            schema["minLength"] = minLength;
        return schema;
    }
}
