using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansOperator.Clustering.Kubernetes.Membership;

namespace OrleansOperator.Clustering.Kubernetes.Heartbeats;

/// <summary>A <c>coordination.k8s.io/v1</c> Lease as it is used here: one silo's heartbeat.</summary>
internal sealed record LeaseObject
{
    public string ApiVersion { get; init; } = KubernetesTypes.Leases.ApiVersion;

    public string Kind { get; init; } = KubernetesTypes.Leases.Kind;

    public required ObjectMeta Metadata { get; init; }

    public LeaseSpec? Spec { get; init; }
}

/// <param name="HolderIdentity">The silo's address in Orleans' parsable form.</param>
/// <param name="LeaseDurationSeconds">After how long without a heartbeat Orleans counts the silo as stale.</param>
/// <param name="RenewTime">The heartbeat.</param>
internal sealed record LeaseSpec(
    string? HolderIdentity,
    int? LeaseDurationSeconds,
    [property: JsonConverter(typeof(MicroTimeConverter))] DateTime? RenewTime);

internal sealed record LeaseList(IReadOnlyList<LeaseObject>? Items);

/// <summary><c>metav1.MicroTime</c>: the API server wants exactly six digits after the second.</summary>
internal sealed class MicroTimeConverter : JsonConverter<DateTime?>
{
    public override DateTime? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? null : reader.GetDateTime().ToUniversalTime();

    public override void Write(Utf8JsonWriter writer, DateTime? value, JsonSerializerOptions options)
    {
        if (value is { } time)
            writer.WriteStringValue(time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        else
            writer.WriteNullValue();
    }
}
