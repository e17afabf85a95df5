using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansOperator.KubeApi;
using OrleansOperator.ManifestGeneration.Definitions;
using OrleansOperator.Schema;

namespace OrleansOperator.ManifestGeneration.Tests.Definitions;

/// <summary>Types for which there is no CRD: each is refused at generation, with the member and the remedy.</summary>
public sealed partial class RefusalTests
{
    [Theory]
    [InlineData(typeof(List<int>), "List`1: the objects of a kind are JSON objects: use a class or record with the properties Spec and Status")]
    [InlineData(typeof(Unknown), "Unknown: the JSON context does not know the type Unknown: add [JsonSerializable(typeof(Unknown))] to it")]
    [InlineData(typeof(UnsignedLong), "UnsignedLong.Value: the .NET type UInt64 has no schema: the API server's numbers end at the greatest long: use long with [Minimum(0)]")]
    [InlineData(typeof(Span), "Span.Value: the .NET type TimeSpan has no schema: Kubernetes writes durations such as 1h30m: use string with [Format(\"duration\")]")]
    [InlineData(typeof(Anything), "Anything.Value: the .NET type Object has no schema: it may be anything: use JsonElement")]
    [InlineData(typeof(NumberedMap), "NumberedMap.Value: the keys of the map are of type Int32: use string")]
    [InlineData(typeof(Tree), "Tree.Children: Tree contains itself, for which CRDs have no schema: use JsonElement")]
    [InlineData(typeof(Polymorphic), "Polymorphic.Value: Shape has derived types, of which a schema knows nothing: use one type with optional fields")]
    [InlineData(typeof(NumberedEnum), "NumberedEnum.Value: the enum Level is written as numbers, which mean nothing to users: give it [JsonConverter(typeof(JsonStringEnumConverter<Level>))]")]
    [InlineData(typeof(FlagsEnum), "FlagsEnum.Value: the enum Modes has flags, whose combinations no schema tells: use a list of it without [Flags]")]
    [InlineData(typeof(OwnConverter), "OwnConverter.Value: SecondsConverter writes it in a form of its own: say with [SchemaType] which type's schema it has, or [IntOrString]")]
    [InlineData(typeof(OwnConverterOfField), "OwnConverterOfField.Value: SecondsConverter writes it in a form of its own: say with [SchemaType] which type's schema it has, or [IntOrString]")]
    [InlineData(typeof(NumberAsText), "NumberAsText.Value: its JSON is a string that stands for a number: leave out JsonNumberHandling.WriteAsString")]
    [InlineData(typeof(NumberBound), "NumberBound.Value: [Minimum] is about integers and numbers, and its JSON is a string: leave it out")]
    [InlineData(typeof(ItemBound), "ItemBound.Value: [MaxLength] is about strings, and its JSON is an array: leave it out, or set Items")]
    [InlineData(typeof(Twice), "Twice.Value: [Minimum] is there twice, or minimum is given by the .NET type: leave it out")]
    [InlineData(typeof(TextEnum), "TextEnum.Value: [Enum] has the value \"2\", and its JSON is of type integer: give values of that type")]
    [InlineData(typeof(EmptyEnum), "EmptyEnum.Value: [Enum] has no values: name those that are valid")]
    [InlineData(typeof(NoKeys), "NoKeys.Value: [ListType(ListType.Map)] has no keys: name the fields that tell the items apart, such as [ListType(ListType.Map, \"name\")]")]
    [InlineData(typeof(OtherKeys), "OtherKeys.Value: [ListType] has the key Name, and the items have no such field: use the JSON names name, size")]
    [InlineData(typeof(ScalarKeys), "ScalarKeys.Value: [ListType(ListType.Map)] is on a list whose items have no fields: use ListType.Set or ListType.Atomic")]
    [InlineData(typeof(KeyedSet), "KeyedSet.Value: [ListType] has keys, which only ListType.Map has: leave them out")]
    [InlineData(typeof(HalfInt), "HalfInt.Value: [IntOrString] is on a field whose .NET type is written as integer only: use JsonElement, or a type with a converter of its own")]
    [InlineData(typeof(BadJson), "BadJson.Value: [DefaultJson] is no JSON: *")]
    [InlineData(typeof(NoScale), "NoScale: [Scale] has the path .spec.size, where there is no integer: name a field that is one")]
    [InlineData(typeof(NoColumn), "NoColumn: [PrinterColumn] Size has the path .value.size, where there is no field: name one by its JSON names")]
    public void A_type_without_a_schema_is_refused(Type type, string problem) => AssertRefused(type, problem);

    [Theory]
    [InlineData(typeof(WrongDefault), "WrongDefault.Value: default: Invalid value: \"string\": *in body must be of type integer: \"string\"")]
    [InlineData(typeof(DefaultOutOfBounds), "DefaultOutOfBounds.Value: default: Invalid value: 11: *in body should be less than or equal to 10")]
    [InlineData(typeof(DefaultOfOtherEnum), "DefaultOfOtherEnum.Value: default: Unsupported value: \"c\": supported values: \"a\", \"b\"")]
    [InlineData(typeof(IncompleteDefault), "IncompleteDefault.Value: default.name: Required value")]
    [InlineData(typeof(OptionalKey), "Item.Name: default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property")]
    [InlineData(typeof(BadPattern), "BadPattern.Value: pattern: Invalid value: \"(\": must be a valid regular expression, *")]
    [InlineData(typeof(BadRule), "BadRule.Value: x-kubernetes-validations[0].rule: Invalid value: *no_such_function*")]
    [InlineData(typeof(BadColumn), "spec.additionalPrinterColumns[0].type: Invalid value: \"text\": must be one of boolean,date,integer,number,string")]
    [InlineData(typeof(BadShortName), "spec.names.shortNames[0]: Invalid value: \"XY\": a DNS-1035 label *")]
    public void What_an_API_server_refuses_is_refused_with_the_member_that_it_is_about(Type type, string problem) => AssertRefused(type, problem);

    [Theory]
    [InlineData("things", "spec.group: Invalid value: \"things\": should be a domain with at least one dot")]
    [InlineData("things.k8s.io", "metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation *")]
    public void A_group_that_an_API_server_refuses_is_refused(string group, string problem) =>
        AssertRefused(typeof(Plain), problem, group);

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var refused = Assert.Throws<ManifestException>(() => CrdGenerator.Generate(Kind(typeof(Several), "example.com")));

        Assert.Equal(2, refused.Problems.Count);
        Assert.StartsWith("The CRD things.example.com cannot be generated:\n- Several.First: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("\n- Several.Second: ", refused.Message, StringComparison.Ordinal);
    }

    private static void AssertRefused(Type type, string problem, string group = "example.com")
    {
        var refused = Assert.Throws<ManifestException>(() => CrdGenerator.Generate(Kind(type, group)));

        var pattern = "^" + System.Text.RegularExpressions.Regex.Escape(problem).Replace("\\*", ".*", StringComparison.Ordinal) + "$";
        var actual = Assert.Single(refused.Problems);
        Assert.True(System.Text.RegularExpressions.Regex.IsMatch(actual, pattern), actual);
    }

    private static KindDefinition Kind(Type type, string group) => new(new ResourceType(group, "v1", "things", "Thing"), type, RefusedJson.Default);

    private sealed record Unknown(int Value);
    private sealed record Plain(int Value);
    private sealed record UnsignedLong(ulong Value);
    private sealed record Span(TimeSpan Value);
    private sealed record Anything(object Value);
    private sealed record NumberedMap(Dictionary<int, string> Value);
    private sealed record Tree(List<Tree> Children);
    private sealed record Polymorphic(Shape Value);
    [JsonDerivedType(typeof(Circle), "circle")]
    private record Shape;
    private sealed record Circle : Shape;
    private sealed record NumberedEnum(Level Value);
    private enum Level { Low, High }
    private sealed record FlagsEnum(Modes Value);
    [Flags, JsonConverter(typeof(JsonStringEnumConverter<Modes>))]
    private enum Modes { None = 0, Read = 1, Write = 2 }
    private sealed record OwnConverter(Seconds Value);
    [JsonConverter(typeof(SecondsConverter))]
    private readonly record struct Seconds(int Number);
    private sealed record OwnConverterOfField([property: JsonConverter(typeof(SecondsConverter))] Seconds Value);
    private sealed record NumberAsText([property: JsonNumberHandling(JsonNumberHandling.WriteAsString)] int Value);
    private sealed record NumberBound([Minimum(1)] string Value);
    private sealed record ItemBound([MaxLength(1)] List<string> Value);
    private sealed record Twice([Minimum(1), Minimum(2)] int Value);
    private sealed record TextEnum([Enum(1, "2")] int Value);
    private sealed record EmptyEnum([Enum] int Value);
    private sealed record Item(string? Name, int Size);
    private sealed record NoKeys([ListType(ListType.Map)] List<Item> Value);
    private sealed record OtherKeys([ListType(ListType.Map, "Name")] List<Item> Value);
    private sealed record ScalarKeys([ListType(ListType.Map, "name")] List<string> Value);
    private sealed record KeyedSet([ListType(ListType.Set, "name")] List<string> Value);
    private sealed record HalfInt([IntOrString] int Value);
    private sealed record BadJson([DefaultJson("{")] Item Value);
    [Scale(".spec.size", ".status.size")]
    private sealed record NoScale(SizeOf Status);
    private sealed record SizeOf(int Size);
    [PrinterColumn("Size", ".value.size")]
    private sealed record NoColumn(int Value);
    private sealed record WrongDefault([Default("1")] int Value);
    private sealed record DefaultOutOfBounds([Default(11), Maximum(10)] int Value);
    private sealed record DefaultOfOtherEnum([Default("c"), Enum("a", "b")] string Value);
    private sealed record IncompleteDefault([DefaultJson("{}")] Named Value);
    private sealed record Named
    {
        public required string Name { get; init; }
    }

    private sealed record OptionalKey([ListType(ListType.Map, "name")] List<Item> Value);
    private sealed record BadPattern([Pattern("(")] string Value);
    private sealed record BadRule([ValidationRule("self.no_such_function()")] int Value);
    [PrinterColumn("Value", ".value", Type = "text")]
    private sealed record BadColumn(int Value);
    [ShortNames("XY")]
    private sealed record BadShortName(int Value);
    private sealed record Several(ulong First, TimeSpan Second);

    private sealed class SecondsConverter : JsonConverter<Seconds>
    {
        public override Seconds Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt32());

        public override void Write(Utf8JsonWriter writer, Seconds value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Number);
    }

    [JsonSerializable(typeof(List<int>))]
    [JsonSerializable(typeof(Plain))]
    [JsonSerializable(typeof(UnsignedLong))]
    [JsonSerializable(typeof(Span))]
    [JsonSerializable(typeof(Anything))]
    [JsonSerializable(typeof(NumberedMap))]
    [JsonSerializable(typeof(Tree))]
    [JsonSerializable(typeof(Polymorphic))]
    [JsonSerializable(typeof(NumberedEnum))]
    [JsonSerializable(typeof(FlagsEnum))]
    [JsonSerializable(typeof(OwnConverter))]
    [JsonSerializable(typeof(OwnConverterOfField))]
    [JsonSerializable(typeof(NumberAsText))]
    [JsonSerializable(typeof(NumberBound))]
    [JsonSerializable(typeof(ItemBound))]
    [JsonSerializable(typeof(Twice))]
    [JsonSerializable(typeof(TextEnum))]
    [JsonSerializable(typeof(EmptyEnum))]
    [JsonSerializable(typeof(NoKeys))]
    [JsonSerializable(typeof(OtherKeys))]
    [JsonSerializable(typeof(ScalarKeys))]
    [JsonSerializable(typeof(KeyedSet))]
    [JsonSerializable(typeof(HalfInt))]
    [JsonSerializable(typeof(BadJson))]
    [JsonSerializable(typeof(NoScale))]
    [JsonSerializable(typeof(NoColumn))]
    [JsonSerializable(typeof(WrongDefault))]
    [JsonSerializable(typeof(DefaultOutOfBounds))]
    [JsonSerializable(typeof(DefaultOfOtherEnum))]
    [JsonSerializable(typeof(IncompleteDefault))]
    [JsonSerializable(typeof(OptionalKey))]
    [JsonSerializable(typeof(BadPattern))]
    [JsonSerializable(typeof(BadRule))]
    [JsonSerializable(typeof(BadColumn))]
    [JsonSerializable(typeof(BadShortName))]
    [JsonSerializable(typeof(Several))]
    private sealed partial class RefusedJson : JsonSerializerContext;
}
