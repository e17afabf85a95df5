using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;
using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Schemas;

public sealed class CelRuleTests
{
    /// <summary>A schema with a bit of everything.</summary>
    private const string Spec = """
        "type":"object","properties":{
          "n":{"type":"integer"},"m":{"type":"integer"},"name":{"type":"string"},"ready":{"type":"boolean"},"real":{"type":"number"},
          "tags":{"type":"array","items":{"type":"string"}},"labels":{"type":"object","additionalProperties":{"type":"string"} },
          "parts":{"type":"array","items":{"type":"object","properties":{"id":{"type":"string"},"size":{"type":"integer"} } } },
          "x-y":{"type":"string"},"namespace":{"type":"string"} }
        """;

    [Theory]
    [InlineData("self.n <= self.m", """{"n":1,"m":2}""", """{"n":3,"m":2}""")]
    [InlineData("!has(self.n) || self.n % 2 == 0", """{}""", """{"n":3}""")]
    [InlineData("size(self.tags) < 3 && self.tags.size() > 0", """{"tags":["a"]}""", """{"tags":["a","b","c"]}""")]
    [InlineData("self.name.matches('^[a-z]+$')", """{"name":"abc"}""", """{"name":"ABC"}""")]
    [InlineData("self.name.matches(r'^\\d+$')", """{"name":"12"}""", """{"name":"x"}""")]
    [InlineData("self.name.startsWith('a') ? self.n > 0 : self.n < 0", """{"name":"ab","n":1}""", """{"name":"b","n":1}""")]
    [InlineData("self.tags.all(t, t.size() < 4)", """{"tags":["a","abc"]}""", """{"tags":["abcd"]}""")]
    [InlineData("self.tags.exists(t, t == 'x')", """{"tags":["a","x"]}""", """{"tags":[]}""")]
    [InlineData("self.tags.exists_one(t, t == 'x')", """{"tags":["a","x"]}""", """{"tags":["x","x"]}""")]
    [InlineData("self.parts.map(p, p.size).sum() <= 10", """{"parts":[{"size":3},{"size":7}]}""", """{"parts":[{"size":11}]}""")]
    [InlineData("self.parts.filter(p, has(p.id)).map(p, p.id) == ['a']", """{"parts":[{"id":"a"},{"size":1}]}""", """{"parts":[]}""")]
    [InlineData("self.parts.map(p, p.size > 1, p.id) == ['b']", """{"parts":[{"id":"a","size":1},{"id":"b","size":2}]}""", """{"parts":[]}""")]
    [InlineData("'key' in self.labels && self.labels['key'] != ''", """{"labels":{"key":"v"}}""", """{"labels":{}}""")]
    [InlineData("self.labels.all(k, k.startsWith('a'))", """{"labels":{"ab":"v"}}""", """{"labels":{"b":"v"}}""")]
    [InlineData("self.name in ['a', 'b']", """{"name":"b"}""", """{"name":"c"}""")]
    [InlineData("self.real * 2.0 >= 1.0", """{"real":0.5}""", """{"real":0.25}""")]
    [InlineData("self.name.split('-').size() == 2", """{"name":"a-b"}""", """{"name":"a"}""")]
    [InlineData("self.tags.join(',') == 'a,b'", """{"tags":["a","b"]}""", """{"tags":["b"]}""")]
    [InlineData("self.name.replace('a', 'b').indexOf('b') == 0", """{"name":"ax"}""", """{"name":"x"}""")]
    [InlineData("self.name.substring(1, 3) == 'bc' && self.name.charAt(0) == 'a'", """{"name":"abc"}""", """{"name":"a"}""")]
    [InlineData("self.name.find('[0-9]+') == '12'", """{"name":"a12b3"}""", """{"name":"a"}""")]
    [InlineData("int(self.name) + 1 == 2", """{"name":"1"}""", """{"name":"one"}""")]
    [InlineData("string(self.n) == '1' && self.ready", """{"n":1,"ready":true}""", """{"n":1,"ready":false}""")]
    [InlineData("self.x__dash__y == 'a' && self.__namespace__ == 'b'", """{"x-y":"a","namespace":"b"}""", """{"x-y":"b","namespace":"b"}""")]
    [InlineData("self.missing.size() > 0 || self.n == 1", """{"n":1}""", """{"n":2}""", false)]
    public void A_rule_holds_for_some_and_not_for_others(string rule, string holds, string fails, bool defined = true)
    {
        if (!defined)
        {
            Assert.Contains("compile error", Assert.Single(Errors(rule, holds)).Message, StringComparison.Ordinal);
            return;
        }

        Assert.Empty(Errors(rule, holds));
        Assert.NotEmpty(Errors(rule, fails));
    }

    [Theory]
    [InlineData("self.none == 1", "undefined field 'none'")]
    [InlineData("self.parts.all(p, p.none > 1)", "undefined field 'none'")]
    [InlineData("other == 1", "undeclared reference to 'other'")]
    [InlineData("self.n ==", "ends too early")]
    [InlineData("self.n & 1", "token recognition error at: '&'")]
    [InlineData("nope(self.name)", "undeclared reference to 'nope'")]
    [InlineData("self.name == 'a", "a string does not end")]
    public void What_cannot_be_evaluated_is_refused_with_the_crd(string rule, string says)
    {
        var refused = Assert.Single(Errors(rule, "{}"));
        Assert.Contains("rule compile error", refused.Message, StringComparison.Ordinal);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("self.name.matches('[')", """{"name":"a"}""")]
    [InlineData("int(self.name) == 1", """{"name":"99999999999999999999"}""")]
    [InlineData("self.n + 1 > 0", """{"n":9223372036854775807}""")]
    [InlineData("self.n / self.m == 1", """{"n":1,"m":0}""")]
    [InlineData("self.tags.min() == ''", """{"tags":[]}""")]
    [InlineData("self.tags[5] == ''", """{"tags":[]}""")]
    [InlineData("self.name.substring(2, 1) == ''", """{"name":"abc"}""")]
    public void An_evaluation_that_fails_is_an_error_of_the_object(string rule, string value) =>
        Assert.Contains("evaluating rule: ", Assert.Single(Errors(rule, value)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_rule_may_not_take_for_ever()
    {
        var many = new JsonArray([.. Enumerable.Range(0, 2000).Select(i => JsonValue.Create($"t{i}"))]);
        var error = Assert.Single(Errors("self.tags.all(a, self.tags.all(b, a != 'x' && b != 'y'))", new JsonObject { ["tags"] = many }.ToJsonString()));
        Assert.Contains("cost limit", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Transition_rules_hold_over_time_also_in_keyed_lists()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.ApplyAsync(Crds.Things("""
            {"type":"object","x-kubernetes-validations":[{"rule":"self.n >= oldSelf.n","messageExpression":"'went from %d to %d'.format([oldSelf.n, self.n])","reason":"FieldValueForbidden","fieldPath":".n"}],
             "properties":{"n":{"type":"integer"},"parts":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["id"],
              "items":{"type":"object","required":["id"],"properties":{"id":{"type":"string"},
               "size":{"type":"integer","x-kubernetes-validations":[{"rule":"self == oldSelf","message":"size is immutable"}] } } } } } }
            """));
        Assert.Equal(201, (await cluster.SendAsync(HttpMethod.Post, Crds.Path, Crds.Thing("a", """{"n":2,"parts":[{"id":"x","size":1}]}"""))).Code);
        Assert.Equal(200, (await Patch(cluster, """{"spec":{"n":3,"parts":[{"id":"y","size":2},{"id":"x","size":1}]}}""")).Code);
        var lower = await Patch(cluster, """{"spec":{"n":1}}""");
        lower.AssertStatus(422);
        Assert.Equal("""Thing.example.com "a" is invalid: spec.n: Forbidden: went from 3 to 1""", lower.Json["message"]!.GetValue<string>());
        Assert.Contains("size is immutable", (await Patch(cluster, """{"spec":{"parts":[{"id":"x","size":9}]}}""")).Body, StringComparison.Ordinal);
    }

    private static Task<Answer> Patch(TestCluster cluster, string patch) =>
        cluster.SendAsync(HttpMethod.Patch, Crds.Path + "/a", patch, "application/merge-patch+json");

    private static List<FieldError> Errors(string rule, string value)
    {
        var json = JsonNode.Parse("{" + Spec + "}")!.AsObject();
        json["x-kubernetes-validations"] = new JsonArray(new JsonObject { ["rule"] = rule });
        var errors = new List<FieldError>();
        var schema = Schema.Parse(json);
        schema.CheckRules();
        Validation.ValidateObject(schema, JsonNode.Parse(value)!.AsObject(), null, errors);
        return errors;
    }
}
