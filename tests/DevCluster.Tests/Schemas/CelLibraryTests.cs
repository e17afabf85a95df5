using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Tests.Schemas;

/// <summary>Kubernetes' and cel-go's libraries, each rule over a string that it holds for and one that it does not.</summary>
public sealed class CelLibraryTests
{
    [Theory]
    [InlineData("duration(self) <= duration('1h') && duration(self).getMinutes() > 0", "90s", "1h1s")]
    [InlineData("timestamp(self) > timestamp('2026-01-01T00:00:00Z') && timestamp(self).getFullYear() < 2030", "2027-05-01T00:00:00Z", "2025-12-31T23:59:59Z")]
    [InlineData("timestamp(self) - timestamp('2026-01-01T00:00:00Z') == duration('24h')", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z")]
    [InlineData("isQuantity(self) && quantity(self).compareTo(quantity('1Gi')) <= 0", "512Mi", "2Gi")]
    [InlineData("quantity(self).add(quantity('200m')).isLessThan(quantity('2'))", "1", "1900m")]
    [InlineData("isURL(self) && url(self).getScheme() == 'https' && url(self).getPort() == '8443'", "https://x.example.com:8443/a", "https://x.example.com/a")]
    [InlineData("url(self).getHostname() == '::1' && url(self).getQuery() == {'a': ['b']}", "http://[::1]/p?a=b", "http://[::1]/p?a=c")]
    [InlineData("isIP(self) && ip(self).family() == 4 && !ip(self).isLoopback()", "10.0.0.1", "127.0.0.1")]
    [InlineData("!isIP(self)", "10.0.0.01", "fd00::1")]
    [InlineData("isCIDR(self) && cidr(self).containsIP('10.1.2.3') && cidr(self).prefixLength() == 8", "10.0.0.0/8", "11.0.0.0/8")]
    [InlineData("cidr(self).containsCIDR('10.1.0.0/16') && cidr(self) == cidr(self).masked()", "10.0.0.0/8", "10.1.0.0/24")]
    [InlineData("!format.dns1123Label().validate(self).hasValue()", "a-b", "A_b")]
    [InlineData("format.named('uuid').value().validate(self) == optional.none()", "01234567-89ab-cdef-0123-456789abcdef", "x")]
    [InlineData("isSemver(self) && semver(self).isLessThan(semver('2.0.0')) && semver(self).major() == 1", "1.9.0", "2.1.0")]
    [InlineData("semver(self).isLessThan(semver('1.0.0'))", "1.0.0-rc.1", "1.0.1")]
    [InlineData("semver(self, true).minor() == 2", "v1.2", "v1.3")]
    [InlineData("sets.contains(['a', 'b'], self.split(','))", "a,b", "a,c")]
    [InlineData("self.split(',').all(i, v, i == 0 || self.split(',')[i - 1] < v)", "a,b,c", "b,a")]
    [InlineData("self.split('').transformList(i, v, v + v).exists(x, x == 'bb')", "ab", "ac")]
    [InlineData("cel.bind(n, self.size(), n > 2 && n < 5)", "abc", "ab")]
    [InlineData("optional.of(self).optMap(x, x.size()).orValue(0) == 3", "abc", "ab")]
    [InlineData("'%s is %d'.format([self, self.size()]) == 'ab is 2'", "ab", "abc")]
    [InlineData("self.lastIndexOf('a') == 3 && self.upperAscii() == 'ABCA' && self.reverse() == 'acba'", "abca", "abc")]
    [InlineData("type(self) == string && dyn(self) == 'a'", "a", "b")]
    [InlineData("self.matches(r\"\"\"^[[:alpha:]]+$\"\"\")", "abc", "ab1")]
    public void A_rule_holds_for_some_texts_and_not_for_others(string rule, string holds, string fails)
    {
        Assert.Empty(Errors(rule, holds));
        Assert.NotEmpty(Errors(rule, fails));
    }

    [Theory]
    [InlineData("nope(self)", "undeclared reference to 'nope'")]
    [InlineData("self.all()", "all() takes a variable")]
    [InlineData("'abc", "a string does not end")]
    [InlineData("self == 'a' ; 1", "token recognition error at: ';'")]
    [InlineData("99999999999999999999 > 1", "invalid int literal")]
    public void An_expression_outside_the_language_is_refused(string rule, string problem)
    {
        var fault = Assert.Single(Parse(rule).Properties["a"].Rules).Fault;

        Assert.Contains(problem, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("duration(self) > duration('1s')", "x", "type conversion error from 'string' to 'google.protobuf.Duration'")]
    [InlineData("quantity(self).sign() > 0", "many", "quantities must match the regular expression")]
    [InlineData("1 / (self.size() - 1) > 0", "a", "division by zero")]
    [InlineData("self.split(',')[3] == 'a'", "a", "index out of bounds: 3")]
    public void An_evaluation_that_fails_says_why_and_names_its_rule(string rule, string value, string problem)
    {
        var error = Assert.Single(Errors(rule, value));

        Assert.StartsWith($"Invalid value: \"string\": {problem}", error.Message, StringComparison.Ordinal);
        Assert.EndsWith($"evaluating rule: {rule}", error.Message, StringComparison.Ordinal);
    }

    private static Schema Parse(string rule)
    {
        var schema = SchemaOf(rule);
        schema.CheckRules();
        return schema;
    }

    private static Schema SchemaOf(string rule) => Schema.Parse(new JsonObject
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["a"] = new JsonObject { ["type"] = "string", ["x-kubernetes-validations"] = new JsonArray(new JsonObject { ["rule"] = rule }) },
        },
    });

    private static List<FieldError> Errors(string rule, string value)
    {
        var errors = new List<FieldError>();
        Validation.ValidateObject(Parse(rule), new JsonObject { ["a"] = value }, null, errors);
        return errors;
    }
}
