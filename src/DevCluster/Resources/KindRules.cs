using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.BuiltIns;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>What a kind adds to what all objects have in common. The base class is a plain document.</summary>
internal class KindRules
{
    private static readonly Schema ObjectMeta = GoSchemas.Of("meta/ObjectMeta");
    private static readonly Schema MetadataSchema = new() { Type = "object", Properties = { ["metadata"] = ObjectMeta } };

    /// <summary>The Go type of a built-in kind; null for others.</summary>
    public virtual GoType? Type => null;

    /// <summary>The schema of the whole object, or null for a document of any form.</summary>
    public virtual Schema? Schema => null;

    /// <summary>The schema, metadata included, that says how lists and maps are merged.</summary>
    public virtual Schema? MergeSchema => Schema;

    /// <summary>Whether metadata.generation counts changes of the desired state.</summary>
    public virtual bool HasGeneration => false;

    /// <summary>Whether an update may leave out resourceVersion and so overwrite whatever is there.</summary>
    public virtual bool AllowsUnconditionalUpdate => true;

    /// <summary>Whether an update of an absent object creates it.</summary>
    public virtual bool AllowsCreateOnUpdate => false;

    /// <summary>Paths of what a write through the status subresource cannot set.</summary>
    public virtual IReadOnlyList<string> StatusResets => ["spec"];

    /// <summary>An object of the kind before anything is written into it.</summary>
    public virtual JsonObject Empty(ResourceInfo resource) => new() { ["apiVersion"] = resource.ApiVersion, ["kind"] = resource.Kind };

    /// <summary>Puts an object into the form that the kind has: what it does not know goes.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="obj">The object; it may be changed.</param>
    /// <param name="unknown">Gets the paths of fields that the kind does not have.</param>
    /// <exception cref="Http.ApiException">400: a value has the wrong type.</exception>
    public virtual JsonObject Decode(ResourceInfo resource, JsonObject obj, List<string> unknown)
    {
        Decoding.Check(MetadataSchema, obj, resource.Kind, resource.Version);
        var metadata = obj.Ensure("metadata");
        Pruning.Prune(ObjectMeta, metadata, "metadata", unknown);
        NoNulls(metadata["labels"] as JsonObject);
        NoNulls(metadata["annotations"] as JsonObject);
        if (Schema is { } schema)
            Pruning.PruneObject(schema, obj, unknown);
        return obj;
    }

    /// <summary>A null among texts is an empty one, as Go reads it.</summary>
    private static void NoNulls(JsonObject? texts)
    {
        foreach (var name in texts?.Where(pair => pair.Value is null).Select(pair => pair.Key).ToList() ?? [])
            texts![name] = "";
    }

    /// <summary>Removes nulls that count as left out. What is applied keeps them.</summary>
    public virtual void DropNulls(JsonObject obj)
    {
    }

    /// <summary>Fills in what the user left out.</summary>
    public virtual void Default(JsonObject obj)
    {
    }

    /// <summary>Sets what only the server may set, on creation.</summary>
    public virtual void PrepareForCreate(JsonObject obj)
    {
    }

    /// <summary>Sets what an update may not change. The status is already that of the old object where it is a subresource.</summary>
    public virtual void PrepareForUpdate(JsonObject obj, JsonObject old)
    {
    }

    /// <summary>Sets what a write of the status may not change.</summary>
    public virtual void PrepareForStatus(ResourceInfo resource, JsonObject obj, JsonObject old)
    {
        foreach (var path in StatusResets)
        {
            var fields = path.Split('.');
            var owners = obj["metadata"]!["managedFields"]?.DeepClone();
            var (to, from) = (obj, old.Dig(fields.AsSpan(0, fields.Length - 1)) as JsonObject);
            foreach (var field in fields.AsSpan(0, fields.Length - 1))
                to = to.Ensure(field);
            if (from?[fields[^1]] is { } value)
                to[fields[^1]] = value.DeepClone();
            else
                to.Remove(fields[^1]);
            if (path == "metadata" && owners is not null)
                obj["metadata"]!["managedFields"] = owners;
        }
    }

    /// <summary>What is wrong with a name; empty for a good one.</summary>
    /// <param name="name">The name, or the prefix of a generated one.</param>
    /// <param name="isPrefix">Whether more will follow.</param>
    public virtual IEnumerable<string> ValidateName(string name, bool isPrefix) => Names.DnsSubdomain(name, isPrefix);

    /// <summary>Adds what is wrong with the object, in the order in which a real server finds it.</summary>
    public virtual void Validate(JsonObject obj, JsonObject? old, List<FieldError> errors)
    {
    }

    /// <summary>Adds what is wrong with a new status.</summary>
    public virtual void ValidateStatus(JsonObject obj, JsonObject old, List<FieldError> errors)
    {
    }

    /// <summary>The last touch before an object is stored.</summary>
    public virtual void Canonicalize(JsonObject obj)
    {
    }

    /// <summary>Whether its objects may own others, so that deletions have a propagation policy.</summary>
    public virtual bool HasDependents => true;

    /// <summary>Whether dependents are left when a deletion does not say what to do with them.</summary>
    public virtual bool OrphansByDefault => false;

    /// <summary>Whether a deletion answers with the deleted object instead of a Status.</summary>
    public virtual bool ReturnsDeleted => false;

    /// <summary>How long an object that is deleted stays until something that runs it lets go of it.</summary>
    /// <param name="obj">The object.</param>
    /// <param name="asked">What the deletion asks for, in seconds.</param>
    /// <returns>Seconds; null for a kind that nothing runs.</returns>
    public virtual long? GracePeriod(JsonObject obj, long? asked) => null;

    /// <summary>Whether going from old to new is a change of the desired state.</summary>
    public virtual bool ChangesGeneration(JsonObject obj, JsonObject old) =>
        !JsonNode.DeepEquals(obj["spec"], old["spec"]);

    /// <summary>The object as this kind shows it, when it is stored in another form.</summary>
    public virtual JsonObject FromStored(JsonObject stored) => stored;

    /// <summary>The object as it is stored.</summary>
    public virtual JsonObject ToStored(JsonObject obj) => obj;

    /// <summary>Whether this kind is stored in another form than it is shown in.</summary>
    public virtual bool Converts => false;

    /// <summary>The fields that may stand in a field selector, besides metadata.name and metadata.namespace.</summary>
    public virtual IReadOnlyCollection<string> SelectableFields => [];

    /// <summary>The value of one of <see cref="SelectableFields"/>, or null when the object has none.</summary>
    public virtual string? SelectableField(JsonObject obj, string field) => null;
}
