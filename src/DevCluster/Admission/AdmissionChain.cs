using OrleansOperator.DevCluster.Admission.Policies;
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
    private readonly ValidatingPolicies _validatingPolicies;
    private volatile Snapshot _snapshot;
    private long _changes;

    public AdmissionChain(ObjectStore store, ResourceRegistry registry, Authorizer authorizer)
    {
        _store = store;
        _validatingPolicies = new ValidatingPolicies(new AdmissionLookup(store, registry, authorizer));
        _snapshot = new Snapshot(AdmissionConfiguration.Of(store), 0);
        store.Changed += Observe;
    }

    /// <summary>Whether validating admission has anything to say about a resource.</summary>
    public bool Validates(ResourceInfo resource) => Current.Validates && !AdmissionConfiguration.IsExempt(resource.Group);

    /// <exception cref="Http.ApiException">A policy or a webhook denies the request.</exception>
    public ValueTask ValidateAsync(AdmissionAttributes request)
    {
        _validatingPolicies.Validate(Current.ValidatingPolicies, request);
        return ValueTask.CompletedTask;
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
