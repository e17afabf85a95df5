using System.Text.Json.Serialization;

namespace OrleansOperator.Fleet.Objects;

/// <summary>Source-generated JSON for cursors.</summary>
[JsonSerializable(typeof(RowKey))]
internal sealed partial class RowKeyJson : JsonSerializerContext;
