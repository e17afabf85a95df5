using System.Text.Json.Serialization;

namespace OrleansOperator.KubeApi.Http;

/// <summary>The parts of <c>metav1.Status</c> that are used.</summary>
internal sealed record StatusBody(string? Kind, string? Message, string? Reason, StatusDetails? Details);

internal sealed record StatusDetails(int? RetryAfterSeconds, IReadOnlyList<StatusCause>? Causes);

internal sealed record StatusCause(string? Reason, string? Message, string? Field);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StatusBody))]
internal sealed partial class StatusJson : JsonSerializerContext;
