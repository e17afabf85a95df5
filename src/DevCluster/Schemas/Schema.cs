using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansOperator.DevCluster.Schemas.Cel;

namespace OrleansOperator.DevCluster.Schemas;

/// <summary>A structural schema (OpenAPI v3 as CRDs use it), parsed once.</summary>
internal sealed class Schema
{
    /// <summary>Of values that may be anything.</summary>
    private static readonly Schema Anything = new() { PreserveUnknown = true };

    public string? Type { get; init; }

    public string? Format { get; init; }

    /// <summary>The name under which the format is checked; null when it is not.</summary>
    public string? CheckedFormat { get; private init; }

    /// <summary>Sorted by name, which is the order in which errors are reported.</summary>
    public SortedDictionary<string, Schema> Properties { get; } = new(StringComparer.Ordinal);

    public Schema? AdditionalProperties { get; init; }

    /// <summary>What further values must be; null when they may be anything.</summary>
    public Schema? AdditionalValues => ReferenceEquals(AdditionalProperties, Anything) ? null : AdditionalProperties;

    public Schema? Items { get; init; }

    public IReadOnlyList<string> Required { get; init; } = [];

    public JsonArray? Enum { get; init; }

    public JsonNode? Default { get; init; }

    public double? Minimum { get; init; }

    public double? Maximum { get; init; }

    public bool ExclusiveMinimum { get; init; }

    public bool ExclusiveMaximum { get; init; }

    public double? MultipleOf { get; init; }

    public long? MinLength { get; init; }

    public long? MaxLength { get; init; }

    public Regex? Pattern { get; init; }

    /// <summary><see cref="Pattern"/> as it is written.</summary>
    public string PatternText { get; init; } = "";

    public long? MinItems { get; init; }

    public long? MaxItems { get; init; }

    public bool UniqueItems { get; init; }

    public long? MinProperties { get; init; }

    public long? MaxProperties { get; init; }

    public bool Nullable { get; init; }

    public bool PreserveUnknown { get; init; }

    public bool IntOrString { get; init; }

    public bool Embedded { get; init; }

    /// <summary>Schemas of which all must hold.</summary>
    public IReadOnlyList<Schema> AllOf { get; init; } = [];

    /// <summary>Schemas of which at least one must hold.</summary>
    public IReadOnlyList<Schema> AnyOf { get; init; } = [];

    /// <summary>Schemas of which exactly one must hold.</summary>
    public IReadOnlyList<Schema> OneOf { get; init; } = [];

    /// <summary>A schema that must not hold.</summary>
    public Schema? Not { get; init; }

    /// <summary><c>atomic</c>, <c>set</c> or <c>map</c>.</summary>
    public string? ListType { get; init; }

    public IReadOnlyList<string> ListMapKeys { get; init; } = [];

    /// <summary><c>atomic</c> or <c>granular</c>.</summary>
    public string? MapType { get; init; }

    public IReadOnlyList<ValidationRule> Rules { get; init; } = [];

    /// <summary>The JSON it was parsed from, for OpenAPI documents.</summary>
    public JsonObject? Source { get; init; }

    /// <summary>Whether anything below needs defaults, so that most objects are spared the walk.</summary>
    public bool HasDefaults { get; private set; }

    /// <summary>Whether a list here or below has no item or no key twice.</summary>
    public bool HasUniqueLists { get; private set; }

    /// <summary>Whether a resource stands within the resource, here or below.</summary>
    public bool HasEmbedded { get; private set; }

    /// <summary>Whether a rule stands here or below.</summary>
    public bool HasRules { get; private set; }

    /// <summary>Parses a schema. What is wrong with its rules, they tell.</summary>
    /// <exception cref="SchemaException">A pattern cannot be used.</exception>
    public static Schema Parse(JsonObject json)
    {
        var schema = new Schema
        {
            Type = json.Text("type"),
            Format = json.Text("format"),
            CheckedFormat = Formats.Checked(json.Text("type"), json.Text("format")),
            AdditionalProperties = json["additionalProperties"] switch
            {
                JsonObject additional => Parse(additional),
                JsonValue value when value.TryGetValue<bool>(out var any) && any => Anything,
                _ => null,
            },
            Items = json["items"] is JsonObject items ? Parse(items) : null,
            Required = Texts(json["required"]),
            Enum = json["enum"] as JsonArray,
            Default = json["default"],
            Minimum = Real(json, "minimum"),
            Maximum = Real(json, "maximum"),
            ExclusiveMinimum = json.Flag("exclusiveMinimum"),
            ExclusiveMaximum = json.Flag("exclusiveMaximum"),
            MultipleOf = Real(json, "multipleOf"),
            MinLength = json.Number("minLength"),
            MaxLength = json.Number("maxLength"),
            Pattern = json.Text("pattern") is { } pattern ? Compile(pattern) : null,
            PatternText = json.Text("pattern") ?? "",
            MinItems = json.Number("minItems"),
            MaxItems = json.Number("maxItems"),
            UniqueItems = json.Flag("uniqueItems"),
            MinProperties = json.Number("minProperties"),
            MaxProperties = json.Number("maxProperties"),
            Nullable = json.Flag("nullable"),
            PreserveUnknown = json.Flag("x-kubernetes-preserve-unknown-fields"),
            IntOrString = json.Flag("x-kubernetes-int-or-string"),
            Embedded = json.Flag("x-kubernetes-embedded-resource"),
            AllOf = All(json["allOf"]),
            AnyOf = All(json["anyOf"]),
            OneOf = All(json["oneOf"]),
            Not = json["not"] is JsonObject not ? Parse(not) : null,
            ListType = json.Text("x-kubernetes-list-type"),
            ListMapKeys = Texts(json["x-kubernetes-list-map-keys"]),
            MapType = json.Text("x-kubernetes-map-type"),
            Rules = json["x-kubernetes-validations"] is JsonArray rules
                ? [.. rules.OfType<JsonObject>().Select(ValidationRule.Parse)]
                : [],
            Source = json,
        };
        foreach (var (name, property) in json.Object("properties") ?? [])
        {
            if (property is JsonObject child)
                schema.Properties[name] = Parse(child);
        }

        schema.Seal();
        return schema;
    }

    /// <summary>Finds what is wrong with the rules of the schema of a whole object; they tell.</summary>
    public void CheckRules() => CheckRules(null, isRoot: true);

    private void CheckRules(CelDecl? type, bool isRoot)
    {
        if (!HasRules)
            return;
        if (Rules.Count > 0)
            type ??= CelSchemaTypes.Of(this, isRoot || Embedded);
        foreach (var rule in Rules)
        {
            if (type is not null)
                rule.Check(type);
        }

        foreach (var (name, property) in Properties)
            property.CheckRules(type?.Fields.GetValueOrDefault(name), isRoot: false);
        Items?.CheckRules(type?.Element, isRoot: false);
        AdditionalValues?.CheckRules(type?.Element, isRoot: false);
    }

    /// <summary>Works out what the walks can skip; called when all children are there.</summary>
    public void Seal()
    {
        var children = Properties.Values.Concat(new[] { Items, AdditionalProperties }.OfType<Schema>()).ToList();
        HasDefaults = children.Exists(child => child.HasDefaults || child.Default is not null);
        HasUniqueLists = ListType is "set" or "map" || children.Exists(child => child.HasUniqueLists);
        HasEmbedded = Embedded || children.Exists(child => child.HasEmbedded);
        HasRules = Rules.Count > 0 || children.Exists(child => child.HasRules);
    }

    private static Regex Compile(string pattern)
    {
        try
        {
            return Re2.Compile(pattern);
        }
        catch (FormatException e)
        {
            throw new SchemaException($"the pattern '{pattern}' is not a regular expression: {e.Message}");
        }
    }

    private static List<Schema> All(JsonNode? list) => list is JsonArray array ? [.. array.OfType<JsonObject>().Select(Parse)] : [];

    private static double? Real(JsonObject json, string field) =>
        json[field].Real();

    private static List<string> Texts(JsonNode? list) =>
        list is JsonArray array ? [.. array.Select(item => item is JsonValue v && v.TryGetValue<string>(out var text) ? text : "")] : [];
}
