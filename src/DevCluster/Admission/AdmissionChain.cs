using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Admission.Policies;
using OrleansOperator.DevCluster.Admission.Webhooks;
using OrleansOperator.DevCluster.Authorization;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Admission;

/// <summary>
/// Judges writes as users have configured it: policies, then webhooks (https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/).
/// Without any it costs nothing.
/// </summary>
internal sealed class AdmissionChain
{
    private readonly Lock _lock = new();
    private readonly ObjectStore _store;
    private readonly OwnerReferences? _owners;
    private readonly MutatingPolicies _mutatingPolicies;
    private readonly ValidatingPolicies _validatingPolicies;
    private readonly MutatingWebhooks _mutatingWebhooks;
    private readonly ValidatingWebhooks _validatingWebhooks;
    private volatile Snapshot _snapshot;
    private long _changes;

    public AdmissionChain(ObjectStore store, ResourceRegistry registry, Authorizer authorizer, WebhookClient client, OwnerReferences? owners)
    {
        (_store, _owners) = (store, owners);
        var (lookup, caller) = (new AdmissionLookup(store, registry, authorizer), new WebhookCaller(client));
        _mutatingPolicies = new MutatingPolicies(lookup);
        _validatingPolicies = new ValidatingPolicies(lookup);
        _mutatingWebhooks = new MutatingWebhooks(lookup, caller);
        _validatingWebhooks = new ValidatingWebhooks(lookup, caller);
        _snapshot = new Snapshot(AdmissionConfiguration.Of(store), 0);
        store.Changed += Observe;
    }

    /// <summary>Whether mutating admission has anything to say about a resource.</summary>
    public bool Mutates(ResourceInfo resource) => Current.Mutates && !AdmissionConfiguration.IsExempt(resource.Group);

    /// <summary>Whether validating admission has anything to say about a resource.</summary>
    public bool Validates(ResourceInfo resource) => _owners is not null || (Current.Validates && !AdmissionConfiguration.IsExempt(resource.Group));

    /// <summary>Changes the object of a request; when it has, everything that wants to is asked once more.</summary>
    /// <param name="request">The request.</param>
    /// <param name="defaults">What the admission plugins that every server has do to an object.</param>
    /// <exception cref="Http.ApiException">A policy or a webhook denies the request.</exception>
    public async ValueTask MutateAsync(AdmissionAttributes request, Action<JsonObject> defaults)
    {
        var (configuration, policies, webhooks) = (Current, new Reinvocation(), new Reinvocation());
        await MutateAsync(configuration, request, policies, webhooks, again: false);
        if (!policies.IsNeeded && !webhooks.IsNeeded)
            return;
        if (request.Object is { } obj && request.Kind == request.Resource)
            defaults(obj);
        await MutateAsync(configuration, request, policies, webhooks, again: true);
    }

    /// <exception cref="Http.ApiException">A policy or a webhook denies the request.</exception>
    public ValueTask ValidateAsync(AdmissionAttributes request)
    {
        _owners?.Validate(request);
        if (AdmissionConfiguration.IsExempt(request.Resource.Group))
            return ValueTask.CompletedTask;
        var configuration = Current;
        _validatingPolicies.Validate(configuration.ValidatingPolicies, request);
        return configuration.ValidatingWebhooks.IsEmpty ? ValueTask.CompletedTask : _validatingWebhooks.ValidateAsync(configuration.ValidatingWebhooks, request);
    }

    private async ValueTask MutateAsync(AdmissionConfiguration configuration, AdmissionAttributes request, Reinvocation policies, Reinvocation webhooks, bool again)
    {
        policies.Begin(again, request.Object);
        _mutatingPolicies.Mutate(configuration.MutatingPolicies, request, policies);
        policies.End(request.Object);
        webhooks.Begin(again, request.Object);
        await _mutatingWebhooks.MutateAsync(configuration.MutatingWebhooks, request, webhooks);
        webhooks.End(request.Object);
    }

    private AdmissionConfiguration Current
    {
        get
        {
            if (_snapshot is var known && known.Changes == Volatile.Read(ref _changes))
                return known.Configuration;
            lock (_lock)
            {
                var changes = Volatile.Read(ref _changes);
                if (_snapshot.Changes != changes)
                    _snapshot = new Snapshot(AdmissionConfiguration.Of(_store), changes);
                return _snapshot.Configuration;
            }
        }
    }

    /// <summary>Under the store's lock: only counts.</summary>
    private void Observe(string resource, WatchEvent change)
    {
        if (AdmissionConfiguration.IsMadeOf(resource))
            Interlocked.Increment(ref _changes);
    }

    /// <summary>A configuration, and how many changes it has taken into account.</summary>
    private sealed record Snapshot(AdmissionConfiguration Configuration, long Changes);
}
