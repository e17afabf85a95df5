using System.ComponentModel;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OrleansOperator.KubeApi;
using OrleansOperator.ManifestGeneration.Definitions;

namespace OrleansOperator.ManifestGeneration.Tests.Definitions;

/// <summary>Descriptions come from the documentation of the types.</summary>
public sealed partial class DescriptionTests
{
    private static readonly JsonObject Crd = CrdGenerator.Generate(new(new ResourceType("example.com", "v1", "documents", "Document"), typeof(Document), DocumentJson.Default));

    [Theory]
    [InlineData("", "A document of words.")]
    [InlineData("properties.spec", "How it is meant to be.")]
    [InlineData("properties.spec.properties.title", "Its title; null for none. See Spec and https://example.com/.")]
    [InlineData("properties.spec.properties.pages", "How many pages it has.")]
    [InlineData("properties.spec.properties.kind", "What sort of document it is.")]
    [InlineData("properties.spec.properties.said", "Said by an attribute.")]
    [InlineData("properties.spec.properties.silent", null)]
    public void A_field_is_described_as_its_type_is_documented(string path, string? description)
    {
        JsonNode schema = Crd["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!;
        foreach (var name in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
            schema = schema[name]!;

        Assert.Equal(description, schema["description"]?.GetValue<string>());
    }

    /// <summary>
    /// A document
    /// of <c>words</c>.
    /// </summary>
    private sealed record Document(DocumentSpec? Spec);

    /// <summary>How it is meant to be.</summary>
    /// <param name="Pages">How many pages it has.</param>
    private sealed record DocumentSpec(int Pages)
    {
        /// <summary>Its title; <see langword="null"/> for none.<para>See <see cref="Document.Spec"/> and <see href="https://example.com/"/>.</para></summary>
        public string? Title { get; init; }

        public Sort Kind { get; init; }

        /// <summary>Not this.</summary>
        [Description("Said by an attribute.")]
        public int Said { get; init; }

        public int Silent { get; init; }
    }

    /// <summary>What sort of document it is.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<Sort>))]
    private enum Sort
    {
        Letter,
        Novel,
    }

    [JsonSerializable(typeof(Document))]
    private sealed partial class DocumentJson : JsonSerializerContext;
}
