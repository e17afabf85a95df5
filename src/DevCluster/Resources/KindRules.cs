using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>What a kind adds to what all objects have in common. The base class is a plain document.</summary>
internal class KindRules
{
    /// <summary>The schema of the whole object, or null for a document of any form.</summary>
    public virtual Schema? Schema => null;

    /// <summary>The schema, metadata included, that says how lists and maps are merged.</summary>
    public virtual Schema? MergeSchema => Schema;

    /// <summary>Whether metadata.generation counts changes of the desired state.</summary>
    public virtual bool HasGeneration => false;

    /// <summary>Whether an update may leave out resourceVersion and so overwrite whatever is there.</summary>
    public virtual bool AllowsUnconditionalUpdate => true;

    /// <summary>Fills in what the user left out. Called before validation, on creation and on update.</summary>
    public virtual void Default(JsonObject obj)
    {
    }

    /// <summary>Sets what only the server may set, on creation.</summary>
    public virtual void PrepareForCreate(JsonObject obj)
    {
    }

    /// <summary>Adds what is wrong with the object, in the order in which a real server finds it.</summary>
    public virtual void Validate(JsonObject obj, JsonObject? old, List<FieldError> errors)
    {
    }

    /// <summary>Adds what is wrong with a new status.</summary>
    public virtual void ValidateStatus(JsonObject obj, JsonObject old, List<FieldError> errors)
    {
    }

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
