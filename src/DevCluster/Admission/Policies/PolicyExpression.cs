using System.Text.RegularExpressions;
using OrleansOperator.DevCluster.Schemas;
using OrleansOperator.DevCluster.Schemas.Cel;

namespace OrleansOperator.DevCluster.Admission.Policies;

/// <summary>What an expression of a policy may use.</summary>
/// <param name="HasParams">Whether it has <c>params</c>.</param>
/// <param name="IsAuthorized">Whether it has <c>authorizer</c>.</param>
/// <param name="MakesPatches">Whether it may make objects of the types <c>Object</c> and <c>JSONPatch</c>.</param>
/// <param name="Variables">The variables of the policy that come before it; null where there are none.</param>
internal readonly record struct PolicyScope(bool HasParams, bool IsAuthorized, bool MakesPatches, IReadOnlyList<string>? Variables);

/// <summary>A compiled expression of a policy or of a webhook's conditions.</summary>
/// <param name="Text">The expression as written.</param>
/// <param name="Expression">The compiled one; null when it cannot be used.</param>
/// <param name="Error">Why it cannot be used; null when it can.</param>
internal sealed partial record PolicyExpression(string Text, CelExpression? Expression, string? Error)
{
    private static readonly Schema Anything = new() { PreserveUnknown = true };
    private static readonly Schema Request = ObjectOf("kind", "resource", "subResource", "requestKind", "requestResource", "requestSubResource", "name", "namespace", "operation", "userInfo", "dryRun", "options");
    private static readonly Schema Namespace = ObjectOf("metadata", "spec", "status");

    public static PolicyExpression Compile(string text, PolicyScope scope)
    {
        try
        {
            var expression = CelParser.Parse(text);
            CelChecker.Check(expression, VariablesOf(scope));
            return new PolicyExpression(text, expression, null);
        }
        catch (CelException e)
        {
            return new PolicyExpression(text, null, $"compilation failed: {e.Message}");
        }
    }

    /// <summary>Whether a text can be the name of a variable.</summary>
    public static bool IsIdentifier(string name) => Identifier().IsMatch(name);

    private static IEnumerable<KeyValuePair<string, Schema>> VariablesOf(PolicyScope scope)
    {
        yield return new("object", Anything);
        yield return new("oldObject", Anything);
        yield return new("request", Request);
        yield return new("namespaceObject", Namespace);
        if (scope.HasParams)
            yield return new("params", Anything);
        if (scope.IsAuthorized)
            yield return new("authorizer", Anything);
        if (scope.Variables is { } variables)
            yield return new("variables", ObjectOf([.. variables]));
        if (!scope.MakesPatches)
            yield break;
        yield return new("Object", Anything);
        yield return new("JSONPatch", Anything);
        yield return new("jsonpatch", Anything);
    }

    private static Schema ObjectOf(params ReadOnlySpan<string> fields)
    {
        var schema = new Schema { Type = "object" };
        foreach (var field in fields)
            schema.Properties[field] = Anything;
        return schema;
    }

    [GeneratedRegex("^[_a-zA-Z][_a-zA-Z0-9]*$")]
    private static partial Regex Identifier();
}
