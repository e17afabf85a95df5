using System.Text.Json.Serialization;

namespace OrleansOperator.KubeApi.Events;

/// <summary>A <c>core/v1 Event</c> as it is created.</summary>
internal sealed record EventBody(
    string ApiVersion,
    string Kind,
    EventMetadata Metadata,
    ObjectReference InvolvedObject,
    string Type,
    string Reason,
    string Message,
    int Count,
    string FirstTimestamp,
    string LastTimestamp,
    EventSource Source,
    string ReportingComponent,
    string ReportingInstance);

internal sealed record EventMetadata(string Name, string Namespace);

internal sealed record EventSource(string Component);

/// <summary>The merge patch for an Event that happened again.</summary>
internal sealed record EventPatch(int Count, string LastTimestamp, string Message);

/// <summary>An answer of which nothing is needed.</summary>
internal sealed record EventAnswer(string? Kind);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EventBody))]
[JsonSerializable(typeof(EventPatch))]
[JsonSerializable(typeof(EventAnswer))]
internal sealed partial class EventJson : JsonSerializerContext;
