using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas.Cel;

namespace OrleansOperator.DevCluster.Admission.Policies;

/// <summary>What a validation came to when it failed.</summary>
/// <param name="Index">Which of the policy's validations it was.</param>
/// <param name="Message">What is said to the client.</param>
/// <param name="Reason">The reason of the Status; empty for an expression that could not be evaluated.</param>
internal readonly record struct PolicyFailure(int Index, string Message, string Reason);

/// <summary>What a policy says of one request.</summary>
/// <param name="Failures">The validations that failed.</param>
/// <param name="Annotations">What the audit log is to get.</param>
/// <param name="AnnotationErrors">Annotations that could not be computed, for which the request is denied whatever the binding says.</param>
internal readonly record struct PolicyVerdict(
    ImmutableArray<PolicyFailure> Failures, ImmutableArray<KeyValuePair<string, string>> Annotations, ImmutableArray<string> AnnotationErrors)
{
    public static PolicyVerdict Empty { get; } = new([], [], []);
}

/// <summary>A compiled ValidatingAdmissionPolicy (apiserver, <c>admission/plugin/policy/validating/validator.go</c>).</summary>
internal sealed class ValidatingPolicy : AdmissionPolicy
{
    private const int MaxMessageBytes = 5 * 1024;

    private readonly ImmutableArray<Validation> _validations;
    private readonly ImmutableArray<(string Key, PolicyExpression Value)> _annotations;

    public ValidatingPolicy(JsonObject policy, IEnumerable<PolicyBinding> bindings)
        : base(policy, bindings, makesPatches: false)
    {
        var spec = policy["spec"]!.AsObject();
        var plain = Scope with { IsAuthorized = false };
        _validations =
        [
            .. (spec.List("validations") ?? []).Select(validation => new Validation(
                PolicyExpression.Compile(validation.Text("expression") ?? "", Scope), validation.Text("message") ?? "",
                validation.Text("messageExpression") is { Length: > 0 } message ? PolicyExpression.Compile(message, plain) : null,
                validation.Text("reason") ?? "Invalid")),
        ];
        _annotations = [.. (spec.List("auditAnnotations") ?? []).Select(annotation => (annotation.Text("key")!, PolicyExpression.Compile(annotation.Text("valueExpression") ?? "", plain)))];
    }

    /// <summary>Judges a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="matched">The version of the resource by which it matched.</param>
    /// <param name="params">The parameters, or null.</param>
    /// <param name="ns">The namespace of the object, or null.</param>
    /// <param name="authorizer">Who may do what.</param>
    public PolicyVerdict Validate(AdmissionAttributes request, ResourceInfo matched, JsonObject? @params, JsonObject? ns, object? authorizer)
    {
        try
        {
            // Conditions see no namespace.
            if (!Conditions.IsEmpty && !Conditions.Hold(new PolicyInput(request, matched, @params, null, authorizer)))
                return PolicyVerdict.Empty;
        }
        catch (CelException e)
        {
            return IgnoresErrors ? PolicyVerdict.Empty : PolicyVerdict.Empty with { Failures = [new PolicyFailure(0, e.Message, "")] };
        }

        var input = new PolicyInput(request, matched, @params, ns, authorizer).With(Variables);
        var failures = ImmutableArray.CreateBuilder<PolicyFailure>();
        for (var i = 0; i < _validations.Length; i++)
        {
            if (Check(i, input) is { } failure)
                failures.Add(failure);
        }

        var (annotations, errors) = Annotate(input);
        return new PolicyVerdict(failures.ToImmutable(), annotations, errors);
    }

    private PolicyFailure? Check(int index, PolicyInput input)
    {
        var validation = _validations[index];
        try
        {
            return input.Evaluate(validation.Expression) is true ? null : new PolicyFailure(index, MessageOf(validation, input), validation.Reason);
        }
        catch (CelException e)
        {
            return IgnoresErrors ? null : new PolicyFailure(index, e.Message, "");
        }
    }

    /// <summary>A message that cannot be computed, is too long or has several lines gives way to the plain one, and that to the expression.</summary>
    private static string MessageOf(Validation validation, PolicyInput input)
    {
        try
        {
            if (validation.MessageExpression is { } expression && input.Evaluate(expression) is string text && IsUsable(text.Trim()))
                return text.Trim();
        }
        catch (CelException)
        {
            // The message is not worth an error of its own, as in a real server.
        }

        return validation.Message.Trim() is { Length: > 0 } message ? message : $"failed expression: {validation.Expression.Text.Trim()}";
    }

    private static bool IsUsable(string message) =>
        message.Length > 0 && !message.Contains('\n', StringComparison.Ordinal) && Encoding.UTF8.GetByteCount(message) <= MaxMessageBytes;

    private (ImmutableArray<KeyValuePair<string, string>> Values, ImmutableArray<string> Errors) Annotate(PolicyInput input)
    {
        var (values, errors) = (ImmutableArray.CreateBuilder<KeyValuePair<string, string>>(), ImmutableArray.CreateBuilder<string>());
        foreach (var (key, expression) in _annotations)
        {
            try
            {
                var value = input.Evaluate(expression);
                if (value is string text && text.Trim() is { Length: > 0 } trimmed)
                    values.Add(new(key, trimmed));
                else if (value is not (null or string))
                    errors.Add($"valueExpression '{expression.Text}' resulted in unsupported return type: {CelValues.TypeOf(value)}. Return type must be either string or null.");
            }
            catch (CelException e)
            {
                if (!IgnoresErrors)
                    errors.Add(e.Message);
            }
        }

        return (values.ToImmutable(), errors.ToImmutable());
    }

    private sealed record Validation(PolicyExpression Expression, string Message, PolicyExpression? MessageExpression, string Reason);
}
