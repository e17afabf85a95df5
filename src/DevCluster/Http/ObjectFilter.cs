using OrleansOperator.DevCluster.Selectors;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Http;

/// <summary>Which objects a list or watch is about.</summary>
internal sealed class ObjectFilter
{
    private readonly string? _namespace;
    private readonly string? _name;
    private readonly LabelSelector _labels;
    private readonly FieldSelector _fields;
    private readonly ShardSelector _shard;

    private ObjectFilter(ApiRequest request, DevClusterOptions options)
    {
        _namespace = request.Namespace;
        _name = request.Name;
        _labels = LabelSelector.Parse(request.Query("labelSelector"));
        _fields = FieldSelector.Parse(request.Query("fieldSelector"), request.Resource);
        _shard = ShardSelector.Parse(options.ShardedListAndWatch ? request.Query("shardSelector") : null);
    }

    /// <summary>Whether no selector is set, so that remaining items can be counted.</summary>
    public bool IsTrivial => _labels.IsEmpty && _fields.IsEmpty && _shard.IsEmpty;

    /// <exception cref="ApiException">A selector does not parse.</exception>
    public static ObjectFilter Of(ApiRequest request, DevClusterOptions options) => new(request, options);

    public bool Matches(StoredObject obj) =>
        (_namespace is null || obj.Namespace == _namespace)
        && (_name is null || obj.Name == _name)
        && _labels.Matches(obj.Labels)
        && (_fields.IsEmpty || _fields.Matches(obj))
        && _shard.Matches(obj);
}
