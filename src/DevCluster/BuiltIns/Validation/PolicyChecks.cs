using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.BuiltIns.Validation;

/// <summary>Admission policies and their bindings (Kubernetes, <c>pkg/apis/admissionregistration/validation</c>).</summary>
internal static class PolicyChecks
{
    private static readonly string[] Reasons = ["Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized"];

    public static void Validating(Subject policy)
    {
        var spec = policy.In("spec")!;
        Matching(spec);
        if (!spec.Has("validations") && !spec.Has("auditAnnotations"))
            spec.Required("validations", "validations or auditAnnotations must be provided");
        var expressions = new ExpressionChecks(spec);
        foreach (var validation in spec.Items("validations"))
            Validation(validation, expressions);
        foreach (var annotation in spec.Items("auditAnnotations"))
        {
            if (!annotation.Has("key"))
                annotation.Required("key");
            expressions.Check(annotation, "valueExpression", isAuthorized: false, isRequired: true);
        }
    }

    public static void Mutating(Subject policy)
    {
        var spec = policy.In("spec")!;
        Matching(spec);
        if (!spec.Has("mutations"))
            spec.Required("mutations", "mutations must contain at least one item");
        if (!spec.Has("reinvocationPolicy"))
            spec.Required("reinvocationPolicy");
        else if (spec.Text("reinvocationPolicy") is not ("IfNeeded" or "Never"))
            spec.NotSupported("reinvocationPolicy", "IfNeeded", "Never");
        var expressions = new ExpressionChecks(spec);
        foreach (var mutation in spec.Items("mutations"))
            Mutation(mutation, expressions);
    }

    public static void Binding(Subject binding)
    {
        var spec = binding.In("spec")!;
        if (!spec.Has("policyName"))
            spec.Required("policyName");
        else
            spec.Invalid("policyName", spec.Text("policyName"), Resources.Names.DnsSubdomain(spec.Text("policyName"), isPrefix: false));
        if (binding.Type.Name != "admissionregistration/ValidatingAdmissionPolicyBinding")
            return;
        var actions = spec.Texts("validationActions");
        if (actions.Count == 0)
            spec.Required("validationActions", "at least one validation action is required");
        foreach (var action in actions.Where(action => action is not ("Audit" or "Deny" or "Warn")))
            spec.Errors.Add(Schemas.FieldError.NotSupported(spec.At("validationActions"), GoText.Quote(action), ["Audit", "Deny", "Warn"]));
        if (actions.Contains("Deny") && actions.Contains("Warn"))
        {
            spec.Invalid("validationActions", new JsonArray([.. actions.Order(StringComparer.Ordinal).Select(action => JsonValue.Create(action))]),
                "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)");
        }
    }

    public static void ParamRef(Subject reference)
    {
        var (name, selector) = (reference.Has("name"), reference["selector"] is not null);
        if (name && selector)
            reference.Forbidden("name", "name and selector are mutually exclusive");
        else if (!name && !selector)
            reference.RequiredHere("one of name or selector must be specified");
        if (!reference.Has("parameterNotFoundAction"))
            reference.Required("parameterNotFoundAction");
        else if (reference.Text("parameterNotFoundAction") is not ("Allow" or "Deny"))
            reference.NotSupported("parameterNotFoundAction", "Allow", "Deny");
    }

    private static void Matching(Subject spec)
    {
        if (spec["failurePolicy"] is not null && spec.Text("failurePolicy") is not ("Fail" or "Ignore"))
            spec.NotSupported("failurePolicy", "Fail", "Ignore");
        if (spec.In("matchConstraints") is not { } constraints)
            spec.Required("matchConstraints");
        else if (!constraints.Has("resourceRules"))
            constraints.Required("resourceRules");
        ExpressionChecks.MatchConditions(spec, "matchConditions", spec["paramKind"] is not null);
    }

    private static void Validation(Subject validation, ExpressionChecks expressions)
    {
        expressions.Check(validation, "expression", isAuthorized: true, isRequired: true);
        if (validation.Has("messageExpression"))
            expressions.Check(validation, "messageExpression", isAuthorized: false, isRequired: false);
        if (validation.Has("message") && validation.Text("message").Trim() is { } message && (message.Length == 0 || message.Contains('\n', StringComparison.Ordinal)))
            validation.Invalid("message", message.Length == 0 ? "message must be non-empty if specified" : "message must not contain line breaks");
        if (validation["reason"] is not null && !Reasons.Contains(validation.Text("reason")))
            validation.NotSupported("reason", Reasons);
    }

    private static void Mutation(Subject mutation, ExpressionChecks expressions)
    {
        switch (mutation.Text("patchType"))
        {
            case "":
                mutation.Required("patchType");
                break;
            case "ApplyConfiguration":
                Patch(mutation, "applyConfiguration", "jsonPatch", expressions);
                break;
            case "JSONPatch":
                Patch(mutation, "jsonPatch", "applyConfiguration", expressions);
                break;
            default:
                mutation.NotSupported("patchType", "ApplyConfiguration", "JSONPatch");
                break;
        }
    }

    private static void Patch(Subject mutation, string field, string other, ExpressionChecks expressions)
    {
        if (mutation.In(field) is { } patch)
            expressions.Check(patch, "expression", isAuthorized: true, isRequired: true);
        else
            mutation.Required(field, $"must be specified when patchType is {mutation.Text("patchType")}");
        if (mutation[other] is not null)
            mutation.Invalid(other, $"must not be specified when patchType is {mutation.Text("patchType")}");
    }
}
