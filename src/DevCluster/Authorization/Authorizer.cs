using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Authorization;

/// <summary>Says who may do what: <c>system:masters</c> everything, all others what RBAC allows. Its policy is compiled again after roles or bindings change.</summary>
internal sealed class Authorizer
{
    private readonly ObjectStore _store;
    private readonly bool _allowsAll;
    private Compiled? _compiled;
    private long _changes;

    public Authorizer(DevClusterOptions options, ObjectStore store)
    {
        (_store, _allowsAll) = (store, options.AlwaysAllow);
        store.Changed += (resource, _) =>
        {
            if (resource.EndsWith(RbacPolicy.Group, StringComparison.Ordinal))
                Interlocked.Increment(ref _changes);
        };
    }

    /// <summary>The roles and bindings as they are now.</summary>
    public RbacPolicy Policy
    {
        get
        {
            var changes = Interlocked.Read(ref _changes);
            var compiled = Volatile.Read(ref _compiled);
            if (compiled is not null && compiled.Changes == changes)
                return compiled.Policy;
            var policy = new RbacPolicy(All("roles"), [.. All("clusterroles")], All("rolebindings"), All("clusterrolebindings"));
            Volatile.Write(ref _compiled, new Compiled(changes, policy));
            return policy;
        }
    }

    public bool Allows(in RequestAttributes request) => _allowsAll || request.User.IsMaster || Policy.Allows(request);

    /// <summary>Whether it is allowed, and why, or which roles are missing.</summary>
    public bool Allows(in RequestAttributes request, out string reason)
    {
        reason = "";
        return _allowsAll || request.User.IsMaster || Policy.Allows(request, out reason);
    }

    /// <exception cref="ApiException">403.</exception>
    public void Demand(in RequestAttributes request)
    {
        if (Allows(request))
            return;
        Allows(request, out var reason);
        throw ApiErrors.Forbidden(request, reason);
    }

    private IEnumerable<System.Text.Json.Nodes.JsonObject> All(string plural) => _store.List($"{plural}.{RbacPolicy.Group}").Objects.Select(stored => stored.Parse());

    /// <param name="Changes">How many changes there had been when it began to be compiled.</param>
    /// <param name="Policy">The policy.</param>
    private sealed record Compiled(long Changes, RbacPolicy Policy);
}
