using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Apply;

/// <summary>
/// Who owns the replicas, as the scale subresource shows it, and back (apimachinery, <c>managedfields.ScaleHandler</c>): whoever owns
/// them in the object owns them in its Scale.
/// </summary>
/// <param name="parent">The object's managed fields.</param>
/// <param name="paths">Where the replicas stand in an object of a version; null when it is not served or has no scale.</param>
internal sealed class ScaleOwners(ManagedFields parent, Func<string, ResourceInfo?> paths)
{
    private const string ScaleVersion = "autoscaling/v1";

    private static readonly PathElement[] InScale = [PathElement.Field("spec"), PathElement.Field("replicas")];

    /// <summary>The owners of the Scale.</summary>
    public ManagedFields ToScale()
    {
        var scale = new ManagedFields();
        foreach (var key in parent.Keys)
        {
            var entry = parent[key]!;
            if (PathIn(entry.ApiVersion) is { } path && Has(entry.Fields, path))
                scale[key with { ApiVersion = key.Applies ? null : ScaleVersion }] = new ManagedEntry(ScaleVersion, SetOf(InScale), entry.Time);
        }

        return scale;
    }

    /// <summary>The owners of the object, once its Scale was written.</summary>
    /// <param name="scale">The owners of the Scale now.</param>
    /// <param name="version">The object's version.</param>
    public ManagedFields ToParent(ManagedFields scale, string version)
    {
        var result = new ManagedFields();
        var left = scale.Copy();
        foreach (var key in parent.Keys)
        {
            var entry = parent[key]!;
            if (paths(entry.ApiVersion) is null)
                continue;
            if (PathIn(entry.ApiVersion) is not { } path || !Has(entry.Fields, path))
            {
                result[key] = entry;
            }
            else if (left[key] is not null)
            {
                result[key] = entry;
                left[key] = null;
            }
            else
            {
                result[key] = entry with { Fields = entry.Fields.Without(SetOf(path)) };
            }
        }

        foreach (var key in left.Keys.Where(key => Has(left[key]!.Fields, InScale)))
            result[key with { ApiVersion = key.Applies ? null : version }] = new ManagedEntry(version, SetOf(PathIn(version)!), parent[key]?.Time);
        return result;
    }

    private PathElement[]? PathIn(string version) => paths(version)?.Scale is { } scale ? [.. scale.SpecReplicas.Select(PathElement.Field)] : null;

    private static FieldSet SetOf(PathElement[] path)
    {
        var set = new FieldSet();
        set.Insert(path);
        return set;
    }

    private static bool Has(FieldSet set, PathElement[] path)
    {
        FieldSet? at = set;
        foreach (var element in path.AsSpan(0, path.Length - 1))
            at = at?.Below(element);
        return at?.Has(path[^1]) == true;
    }
}
