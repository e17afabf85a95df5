using System.Collections.Immutable;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>All resources that are served now. Readers take the list as it stands; CRDs replace it.</summary>
internal sealed class ResourceRegistry
{
    private ImmutableArray<ResourceInfo> _all = [.. BuiltInResources.All()];

    public ImmutableArray<ResourceInfo> All => _all;

    public ResourceInfo? Find(string group, string version, string plural)
    {
        foreach (var resource in _all)
        {
            if (resource.Plural == plural && resource.Group == group && resource.Version == version)
                return resource;
        }

        return null;
    }

    public ResourceInfo? FindKind(string apiVersion, string kind) =>
        _all.FirstOrDefault(resource => resource.Kind == kind && resource.ApiVersion == apiVersion);

    /// <summary>Serves the versions of a CRD in place of what it served before.</summary>
    public void Replace(string group, string plural, IEnumerable<ResourceInfo> versions)
    {
        var added = versions.ToList();
        ImmutableInterlocked.Update(ref _all, all => all.RemoveAll(r => r.Group == group && r.Plural == plural).AddRange(added));
    }
}
