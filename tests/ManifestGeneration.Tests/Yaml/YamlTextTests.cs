using System.Text.Json.Nodes;
using CsCheck;
using OrleansOperator.ManifestGeneration.Tests.Support;
using OrleansOperator.ManifestGeneration.Yaml;

namespace OrleansOperator.ManifestGeneration.Tests.Yaml;

/// <summary>YAML that reads as the JSON that it was made of.</summary>
public sealed class YamlTextTests
{
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.String,
        Gen.String[Gen.Char["ab :#-'\"\\\n\t,.{}[]&*!|>%@`~=01"], 0, 12],
        Gen.String[Gen.Char["abc  ,.:#'"], 80, 300],
        Gen.OneOf(new[] { "", "null", "~", "yes", "No", "on", "y", "true", "1", "0x1", "1e3", ".5", ".inf", "2026-01-01", "1:30", "- a", "a: b", "a #b", "<<", "=" }.Select(text => (IGen<string>)Gen.Const(text)).ToArray()));

    [Fact]
    public async Task Any_text_is_read_back_by_the_API_server() => await Texts.Where(text => !text.Any(char.IsSurrogate) && !text.Contains('\0')).Array[300].SampleAsync(
        async texts =>
        {
            var data = new JsonObject();
            foreach (var (index, text) in texts.Index())
                data[$"key-{index}"] = text;
            var manifest = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["metadata"] = new JsonObject { ["name"] = "texts" }, ["data"] = data };

            var stored = await Cluster.ApplyAsync(YamlText.Of(manifest), "/api/v1/namespaces/default/configmaps/texts");

            Assert.All(texts.Index(), text => Assert.Equal(text.Item, stored["data"]![$"key-{text.Index}"]!.GetValue<string>()));
        }, iter: 3, threads: 1);

    [Fact]
    public void Fields_are_in_alphabetical_order_and_prose_is_folded()
    {
        var prose = string.Join(' ', Enumerable.Repeat("word", 40));

        var text = YamlText.Of(JsonNode.Parse($$"""{"spec":{"b":[1,{"x":null}],"a":{},"on":"yes"},"kind":"Thing","apiVersion":"v1","description":"{{prose}}"}""")!.AsObject());

        Assert.Equal(
            $$"""
            apiVersion: v1
            description: >-
              {{prose[..139]}}
              {{prose[140..]}}
            kind: Thing
            spec:
              a: {}
              b:
                - 1
                - x: null
              "on": "yes"

            """, text);
    }
}
