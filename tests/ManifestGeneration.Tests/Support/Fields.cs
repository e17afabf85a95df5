using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OrleansOperator.Schema;

namespace OrleansOperator.ManifestGeneration.Tests.Support;

/// <summary>A kind whose spec has a field for each thing that a schema can say.</summary>
internal sealed record Sample(Fields? Spec);

internal sealed record Fields
{
    public string? Text { get; init; }
    public bool? Flag { get; init; }
    public byte Byte { get; init; }
    public short Short { get; init; }
    public int Int { get; init; }
    public uint UInt { get; init; }
    public long Long { get; init; }
    public float Float { get; init; }
    public double Double { get; init; }
    public decimal Decimal { get; init; }
    public DateTimeOffset? Time { get; init; }
    public DateOnly? Date { get; init; }
    public Guid? Guid { get; init; }
    public Uri? Uri { get; init; }
    public byte[]? Bytes { get; init; }
    public Policy? Enum { get; init; }
    public IReadOnlyList<int>? List { get; init; }
    public Dictionary<string, bool>? Map { get; init; }
    public Dictionary<Policy, string>? MapByEnum { get; init; }
    public JsonElement? Any { get; init; }
    public JsonObject? AnyObject { get; init; }
    public JsonArray? AnyList { get; init; }
    public Part? Object { get; init; }
    public Positional? Positional { get; init; }
    public Bag? Bag { get; init; }
    [JsonPropertyName("other-name")] public int Renamed { get; init; }

    [Description("What it is.")] public string? Described { get; init; }
    [Minimum(1), Maximum(10)] public int Bounded { get; init; }
    [Minimum(0.5, Exclusive = true), Maximum(1.5, Exclusive = true)] public double BoundedExclusively { get; init; }
    [MultipleOf(2)] public int Even { get; init; }
    [MinLength(1), MaxLength(63)] public string? Lengths { get; init; }
    [Pattern("^[a-z]+$")] public string? Pattern { get; init; }
    [Format("duration")] public string? Duration { get; init; }
    [Enum("a", "b")] public string? Letters { get; init; }
    [Enum(1, 2)] public int Numbers { get; init; }
    [Default("x")] public string? DefaultText { get; init; }
    [Default(3)] public int DefaultNumber { get; init; }
    [Default(0.5)] public double DefaultReal { get; init; }
    [Default(true)] public bool DefaultFlag { get; init; }
    [Default(Support.Policy.IfNotPresent)] public Policy DefaultEnum { get; init; }
    [DefaultJson("""{"name":"x"}""")] public Part? DefaultObject { get; init; }
    [Nullable] public string? Null { get; init; }
    public required string? RequiredNull { get; init; }
    public required string Required { get; init; }
    [MinItems(1), MaxItems(5), MaxLength(9, Items = true)] public string[]? Items { get; init; }
    [Minimum(1, Items = true), MinProperties(1), MaxProperties(2)] public Dictionary<string, int>? Values { get; init; }
    [ListType(ListType.Atomic)] public List<string>? AtomicList { get; init; }
    [ListType(ListType.Set)] public List<string>? Set { get; init; }
    [ListType(ListType.Map, "name")] public List<Part>? ListMap { get; init; }
    [Atomic] public Dictionary<string, string>? AtomicMap { get; init; }
    [PreserveUnknownFields] public Part? Open { get; init; }
    [IntOrString] public JsonElement? Amount { get; init; }
    [SchemaType(typeof(string))] public Money? Money { get; init; }
    public Percent? Percent { get; init; }
    [ValidationRule("self >= 0", Message = "not negative", Reason = "FieldValueForbidden"), ValidationRule("self < 9", MessageExpression = "'too big'")] public int Ruled { get; init; }
    [ValidationRule("self == oldSelf", FieldPath = ".name")] public Part? RuledObject { get; init; }
    public Guarded? Guarded { get; init; }
    [JsonIgnore] public Action? Ignored { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<Policy>))]
internal enum Policy
{
    Always,
    [JsonStringEnumMemberName("if-not-present")] IfNotPresent,
}

internal sealed record Part
{
    public required string Name { get; init; }
}

internal sealed record Positional([Description("How many."), Minimum(1)] int Count = 1);

internal sealed record Bag
{
    public int Known { get; init; }
    [JsonExtensionData] public Dictionary<string, JsonElement>? Rest { get; set; }
}

[Description("Said at the type."), ValidationRule("self.low <= self.high", Message = "low is above high")]
internal sealed record Guarded(int Low, int High);

[JsonConverter(typeof(MoneyConverter))]
internal readonly record struct Money(decimal Amount);

[JsonConverter(typeof(PercentConverter)), IntOrString]
internal readonly record struct Percent(string Text);

internal sealed class MoneyConverter : JsonConverter<Money>
{
    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(decimal.Parse(reader.GetString()!, System.Globalization.CultureInfo.InvariantCulture));

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options) => writer.WriteStringValue(value.Amount.ToString(System.Globalization.CultureInfo.InvariantCulture));
}

internal sealed class PercentConverter : JsonConverter<Percent>
{
    public override Percent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, Percent value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
}

[JsonSerializable(typeof(Sample))]
internal sealed partial class FieldsJson : JsonSerializerContext;
