using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Definitions;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Tests.Schemas;

/// <summary>What is said of a rule when its CRD is written: whether its types fit, and whether it costs too much.</summary>
public sealed class CelCheckerTests
{
    private const string Fields = """
        "i":{"type":"integer"},"d":{"type":"number"},"s":{"type":"string"},"short":{"type":"string","maxLength":10},"b":{"type":"boolean"},
        "any":{"x-kubernetes-int-or-string":true},"when":{"type":"string","format":"date-time"},"took":{"type":"string","format":"duration"},
        "raw":{"type":"string","format":"byte"},"kept":{"type":"object","x-kubernetes-preserve-unknown-fields":true},"hidden":{"x-kubernetes-preserve-unknown-fields":true},
        "list":{"type":"array","items":{"type":"string"}},"few":{"type":"array","maxItems":5,"items":{"type":"string","maxLength":10}},
        "map":{"type":"object","additionalProperties":{"type":"integer"}},"obj":{"type":"object","properties":{"x":{"type":"string"}}}
        """;

    [Theory]
    [InlineData("self.i + 1 == 2")]
    [InlineData("self.i < self.d")]
    [InlineData("self.any == 5 || self.any == 'x'")]
    [InlineData("self.when > timestamp('2026-01-01T00:00:00Z') && self.took < duration('1h')")]
    [InlineData("self.when - timestamp('2026-01-01T00:00:00Z') > self.took")]
    [InlineData("self.raw == b'abc'")]
    [InlineData("self.few.all(x, x.startsWith('a')) && self.few.exists_one(x, x == 'a')")]
    [InlineData("self.few.map(x, x.size()).sum() < 10")]
    [InlineData("self.few.filter(x, x != '').size() == 2 && self.few[0] == 'a'")]
    [InlineData("self.map.all(k, k.size() < 5 && self.map[k] > 0)")]
    [InlineData("self.map.all(k, v, k != '' && v > 0)")]
    [InlineData("self.?obj.?x.orValue('') == 'a'")]
    [InlineData("self.obj.?x.optMap(x, x + 'a').orValue('b') == 'a'")]
    [InlineData("cel.bind(n, self.i * 2, n < 10)")]
    [InlineData("self.b ? self.i == 1 : self.d == 1.0")]
    [InlineData("quantity('1Gi').compareTo(quantity('1')) > 0 && ip('1.2.3.4').family() == 4 && url('/a').getHost() == ''")]
    [InlineData("[1, 2].exists(n, n == self.i) && {'a': 1}['a'] == 1 && self.short in ['a', 'b']")]
    [InlineData("type(self.i) == int && string(self.i) == '1' && dyn(self.i) == 'x'")]
    [InlineData("format.dns1123Label().validate(self.short) == null")]
    [InlineData("'%s is %d'.format([self.s, self.i]) != ''")]
    [InlineData("self.metadata.name == self.kind", true)]
    public void Types_that_fit_are_accepted(string rule, bool atRoot = false) => Assert.Empty(Faults(rule, atRoot));

    [Theory]
    [InlineData("self.s == 5", "found no matching overload for '_==_' applied to '(string, int)'")]
    [InlineData("self.i == 1.5", "found no matching overload for '_==_' applied to '(int, double)'")]
    [InlineData("self.i + self.d > 1.0", "found no matching overload for '_+_' applied to '(int, double)'")]
    [InlineData("self.s > 1", "found no matching overload for '_>_' applied to '(string, int)'")]
    [InlineData("self.i && true", "found no matching overload for '_&&_' applied to '(int, bool)'")]
    [InlineData("!self.s", "found no matching overload for '!_' applied to '(string)'")]
    [InlineData("self.i.size() == 1", "found no matching overload for 'size' applied to '(int)'")]
    [InlineData("self.s.startsWith(1)", "found no matching overload for 'startsWith' applied to '(string, int)'")]
    [InlineData("self.s == null", "found no matching overload for '_==_' applied to '(string, null)'")]
    [InlineData("'%d'.format(self.i) == ''", "found no matching overload for 'format' applied to '(string, int)'")]
    [InlineData("1 in self.list", "found no matching overload for '@in' applied to '(int, list(string))'")]
    [InlineData("self.list['a'] == ''", "found no matching overload for '_[_]' applied to '(list(string), string)'")]
    [InlineData("self.i.all(x, true)", "expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)")]
    [InlineData("self.few.all(x, x.size())", "found no matching overload for '_&&_' applied to '(bool, int)'")]
    [InlineData("self.b ? self.i : self.s", "found no matching overload for '_?_:_' applied to '(bool, int, string)'")]
    [InlineData("[1, 'a'].size() == 2", "expected type 'int' but found 'string'")]
    [InlineData("self.s.x == 1", "type 'string' does not support field selection")]
    [InlineData("self.none == 1", "undefined field 'none'")]
    [InlineData("self.kept.a == 'x'", "undefined field 'a'")]
    [InlineData("has(self.hidden)", "undefined field 'hidden'")]
    [InlineData("has(self.metadata.labels)", "undefined field 'labels'", true)]
    [InlineData("other", "undeclared reference to 'other'")]
    [InlineData("self.s.size() + 1", "cel expression must evaluate to a bool")]
    public void Types_that_do_not_fit_are_refused(string rule, string fault, bool atRoot = false)
    {
        var found = Assert.Single(Faults(rule, atRoot));
        Assert.Equal("FieldValueInvalid", found.Reason);
        Assert.Contains(fault, found.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("self.list.all(x, self.list.all(y, x != y))")]
    [InlineData("self.s.matches('^(aaaaaaaaaaaaaaaaaaaa|bbbbbbbbbbbbbbbbbbbb|cccccccccccccccccccc|dddddddddddddddddddd|eeeeeeeeeeeeeeeeeeee|ffffffffffffffffffff)$')")]
    [InlineData("self.i == 1 || 'a' + string(self.i) == self.s + self.s")]
    [InlineData("self.list.map(x, x + x).exists(x, x == self.s)")]
    [InlineData("self.s.contains(self.s)")]
    public void A_rule_that_may_cost_too_much_is_refused(string rule) => Assert.Contains(Faults(rule, false), fault => fault is { Reason: "FieldValueForbidden" }
        && fault.Message.StartsWith("Forbidden: estimated rule cost exceeds budget by factor of ", StringComparison.Ordinal));

    [Fact]
    public void A_message_expression_makes_a_text()
    {
        var fault = Assert.Single(Faults("self.b", false, "self.i"));
        Assert.EndsWith("messageExpression", fault.Field, StringComparison.Ordinal);
        Assert.Contains("messageExpression must evaluate to a string", fault.Message, StringComparison.Ordinal);
    }

    private static List<FieldError> Faults(string rule, bool atRoot, string? message = null)
    {
        var spec = JsonNode.Parse($$"""{"type":"object","properties":{ {{Fields}} } }""")!.AsObject();
        var root = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["spec"] = spec } };
        var entry = new JsonObject { ["rule"] = rule };
        if (message is not null)
            entry["messageExpression"] = message;
        (atRoot ? root : spec)["x-kubernetes-validations"] = new JsonArray(entry);
        var errors = new List<FieldError>();
        SchemaChecks.Validate(root, "root", hasStatus: true, errors);
        return errors;
    }
}
