using System.Text.Json;

namespace OrleansOperator.Grains.Engine.Kinds;

/// <summary>What is wanted of an object and is otherwise.</summary>
public abstract record Difference
{
    /// <summary>The fields, in words.</summary>
    public abstract string Fields { get; }

    /// <summary>What is there, and what is wanted instead.</summary>
    public abstract string Text { get; }

    /// <summary>One of the fields, as managedFields name it (KEP-555, FieldsV1).</summary>
    public abstract IReadOnlyList<string> FieldPath { get; }

    /// <summary>Writes what is wanted of the fields, beside metadata, into the object that the writer is in.</summary>
    internal abstract void WriteFields(Utf8JsonWriter json);

    /// <summary>Writes what is wanted of metadata.</summary>
    internal virtual void WriteMetadata(Utf8JsonWriter json)
    {
    }
}
