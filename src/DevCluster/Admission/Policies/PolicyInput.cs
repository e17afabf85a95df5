using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Authentication;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas.Cel;

namespace OrleansOperator.DevCluster.Admission.Policies;

/// <summary>What expressions of policies and of webhooks' conditions see of a request (apiserver, <c>admission/plugin/cel</c>).</summary>
internal sealed class PolicyInput
{
    private readonly Dictionary<string, object?> _values = [];

    /// <param name="request">The request.</param>
    /// <param name="matched">The version of the resource by which it matched.</param>
    /// <param name="params">The parameters of the policy, or null.</param>
    /// <param name="ns">The namespace of the object, or null.</param>
    /// <param name="authorizer">Who may do what, or null where expressions cannot ask.</param>
    public PolicyInput(AdmissionAttributes request, ResourceInfo matched, JsonObject? @params, JsonObject? ns, object? authorizer)
    {
        var kind = request.KindOf(matched);
        _values["object"] = Value(request.As(request.Object, kind));
        _values["oldObject"] = Value(request.As(request.OldObject, kind));
        _values["request"] = Value(Describe(request, matched));
        _values["params"] = Value(@params);
        _values["namespaceObject"] = Value(Visible(ns));
        _values["authorizer"] = authorizer;
    }

    /// <summary>Makes the variables of a policy known: each is computed once, when it is first used.</summary>
    public PolicyInput With(IReadOnlyList<KeyValuePair<string, PolicyExpression>> variables)
    {
        _values["variables"] = new PolicyVariables(variables, this);
        return this;
    }

    /// <exception cref="CelException">It does not compile, or cannot be evaluated.</exception>
    public object? Evaluate(PolicyExpression expression)
    {
        if (expression.Expression is null)
            throw new CelException($"compilation error: {expression.Error}");
        try
        {
            return CelEvaluator.Evaluate(expression.Expression, _values);
        }
        catch (CelException e)
        {
            throw new CelException($"expression '{expression.Text}' resulted in error: {e.Message}");
        }
    }

    /// <exception cref="CelException">It cannot be evaluated.</exception>
    public object? Evaluate(CelExpression expression) => CelEvaluator.Evaluate(expression, _values);

    /// <summary>An AdmissionRequest (admission/v1) without its objects; empty fields are left out.</summary>
    public static JsonObject Describe(AdmissionAttributes request, ResourceInfo matched)
    {
        var description = new JsonObject
        {
            ["kind"] = KindOf(request.KindOf(matched)),
            ["resource"] = ResourceOf(matched),
        };
        if (request.Subresource is { } subresource)
            description["subResource"] = subresource;
        description["requestKind"] = KindOf(request.Kind);
        description["requestResource"] = ResourceOf(request.Resource);
        if (request.Subresource is not null)
            description["requestSubResource"] = request.Subresource;
        if (request.Name.Length > 0)
            description["name"] = request.Name;
        if (request.Namespace.Length > 0)
            description["namespace"] = request.Namespace;
        description["operation"] = request.OperationName;
        description["userInfo"] = User(request.By.User);
        description["dryRun"] = request.DryRun;
        description["options"] = request.By.OperationOptions();
        return description;
    }

    /// <summary>A value as expressions see it; null stays null.</summary>
    private static object? Value(JsonObject? obj) => CelValues.Of(obj, null);

    private static JsonObject KindOf(ResourceInfo kind) => new() { ["group"] = kind.Group, ["version"] = kind.Version, ["kind"] = kind.Kind };

    private static JsonObject ResourceOf(ResourceInfo resource) => new() { ["group"] = resource.Group, ["version"] = resource.Version, ["resource"] = resource.Plural };

    private static JsonObject User(UserInfo user)
    {
        var info = new JsonObject { ["username"] = user.Name };
        if (user.Uid.Length > 0)
            info["uid"] = user.Uid;
        info["groups"] = new JsonArray([.. user.Groups.Select(group => JsonValue.Create(group))]);
        if (user.Extra.Count > 0)
            info["extra"] = new JsonObject(user.Extra.Select(pair => new KeyValuePair<string, JsonNode?>(pair.Key, new JsonArray([.. pair.Value.Select(value => JsonValue.Create(value))]))));
        return info;
    }

    /// <summary>What of a namespace is shown to policies.</summary>
    private static JsonObject? Visible(JsonObject? ns)
    {
        if (ns is null)
            return null;
        var visible = ns.Clone();
        var metadata = visible["metadata"]!.AsObject();
        metadata.Remove("managedFields");
        metadata.Remove("ownerReferences");
        return visible;
    }

    /// <summary>The variables of a policy.</summary>
    private sealed class PolicyVariables(IReadOnlyList<KeyValuePair<string, PolicyExpression>> variables, PolicyInput input) : ICelFields
    {
        private readonly Dictionary<string, object?> _known = [];

        public bool TryGet(string name, out object? value)
        {
            if (_known.TryGetValue(name, out value))
                return true;
            foreach (var (known, expression) in variables)
            {
                if (known != name)
                    continue;
                _known[name] = value = Compute(name, expression);
                return true;
            }

            return false;
        }

        private object? Compute(string name, PolicyExpression expression)
        {
            if (expression.Expression is null)
                throw new CelException($"composited variable \"{name}\" fails to compile: {expression.Error}");
            try
            {
                return input.Evaluate(expression.Expression);
            }
            catch (CelException e)
            {
                throw new CelException($"composited variable \"{name}\" fails to evaluate: {e.Message}");
            }
        }
    }
}
