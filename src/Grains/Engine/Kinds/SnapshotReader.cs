using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Engine.Kinds;

/// <summary>Reads from an object in UTF-8 what every snapshot has, and skips the rest without making strings of it.</summary>
internal struct SnapshotReader
{
    public string? Namespace;
    public string? Name;
    public string? Uid;
    public long Version;
    public long Generation;
    public bool Deleting;
    public ControllerReference? Controller;
    public long? ObservedGeneration;
    public ImmutableArray<Condition> Conditions = [];

    public SnapshotReader()
    {
    }

    /// <summary>The key of the object.</summary>
    /// <exception cref="JsonException">It has no name or uid: it is no object of the API server.</exception>
    public readonly ObjectKey Key => Name is { Length: > 0 } && Uid is { Length: > 0 }
        ? new ObjectKey(Namespace ?? "", Name)
        : throw new JsonException("an object lacks metadata.name or metadata.uid");

    /// <summary>Reads from a whole object what every kind has; the reader stands on its start.</summary>
    public static SnapshotReader ReadAll(Utf8JsonReader reader)
    {
        var common = new SnapshotReader();
        while (NextField(ref reader))
        {
            if (reader.ValueTextEquals("metadata"u8))
                common.ReadMetadata(ref reader);
            else if (reader.ValueTextEquals("status"u8))
                common.ReadStatus(ref reader);
            else
                SkipValue(ref reader);
        }

        return common;
    }

    /// <summary>Goes to the next field of the object that the reader is in; false at its end.</summary>
    public static bool NextField(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>Steps from a field's name into its object; false when the value is something else, which is skipped.</summary>
    public static bool EnterObject(ref Utf8JsonReader reader) => Enter(ref reader, JsonTokenType.StartObject);

    /// <summary>Steps from a field's name into its list; false when the value is something else, which is skipped.</summary>
    public static bool EnterList(ref Utf8JsonReader reader) => Enter(ref reader, JsonTokenType.StartArray);

    /// <summary>Skips the value of the field that the reader stands on.</summary>
    public static void SkipValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    /// <summary>The text of a field, or null when it is something else.</summary>
    public static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString();
        reader.Skip();
        return null;
    }

    /// <summary>The text of a field that many objects have alike, or null when it is something else.</summary>
    public static string? Repeated(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return RepeatedText.Read(ref reader);
        reader.Skip();
        return null;
    }

    /// <summary>The text of a field; the usual value is not allocated again.</summary>
    public static string? Text(ref Utf8JsonReader reader, string? usual)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return usual is not null && reader.ValueTextEquals(usual) ? usual : reader.GetString();
        reader.Skip();
        return null;
    }

    /// <summary>The whole number of a field, or null when it is something else.</summary>
    public static long? Number(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number))
            return number;
        reader.Skip();
        return null;
    }

    /// <summary>The count in a field, or null when it is something else, or none that fits 32 bits, as counts in the API do.</summary>
    public static int? Count(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var count))
            return count;
        reader.Skip();
        return null;
    }

    /// <summary>Reads metadata; the reader stands on its name.</summary>
    public void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (!EnterObject(ref reader))
            return;
        while (NextField(ref reader))
        {
            if (reader.ValueTextEquals("name"u8))
                Name = Text(ref reader);
            else if (reader.ValueTextEquals("namespace"u8))
                Namespace = Repeated(ref reader);
            else if (reader.ValueTextEquals("uid"u8))
                Uid = Text(ref reader);
            else if (reader.ValueTextEquals("resourceVersion"u8))
                Version = VersionOf(Text(ref reader));
            else if (reader.ValueTextEquals("generation"u8))
                Generation = Number(ref reader) ?? 0;
            else if (reader.ValueTextEquals("deletionTimestamp"u8))
                Deleting = Text(ref reader) is not null;
            else if (reader.ValueTextEquals("ownerReferences"u8))
                ReadOwners(ref reader);
            else
                SkipValue(ref reader);
        }
    }

    /// <summary>Reads the conditions of a status; the reader stands on their name.</summary>
    public static ImmutableArray<Condition> ReadConditions(ref Utf8JsonReader reader)
    {
        if (!EnterList(ref reader))
            return [];
        var conditions = ImmutableArray.CreateBuilder<Condition>(1);
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            string? type = null, status = null, reason = null, message = null, since = null;
            long generation = 0;
            while (NextField(ref reader))
            {
                if (reader.ValueTextEquals("type"u8))
                    type = Repeated(ref reader);
                else if (reader.ValueTextEquals("status"u8))
                    status = Repeated(ref reader);
                else if (reader.ValueTextEquals("reason"u8))
                    reason = Repeated(ref reader);
                else if (reader.ValueTextEquals("message"u8))
                    message = Text(ref reader);
                else if (reader.ValueTextEquals("lastTransitionTime"u8))
                    since = Text(ref reader);
                else if (reader.ValueTextEquals("observedGeneration"u8))
                    generation = Number(ref reader) ?? 0;
                else
                    SkipValue(ref reader);
            }

            var time = DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var t) ? t : default;
            conditions.Add(new Condition(type ?? "", status ?? "", reason ?? "", message ?? "", time, generation));
        }

        return conditions.DrainToImmutable();
    }

    private void ReadStatus(ref Utf8JsonReader reader)
    {
        if (!EnterObject(ref reader))
            return;
        while (NextField(ref reader))
        {
            if (reader.ValueTextEquals("observedGeneration"u8))
                ObservedGeneration = Number(ref reader);
            else if (reader.ValueTextEquals("conditions"u8))
                Conditions = ReadConditions(ref reader);
            else
                SkipValue(ref reader);
        }
    }

    private static long VersionOf(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw new JsonException($"metadata.resourceVersion is '{text}', which is no whole number");

    private void ReadOwners(ref Utf8JsonReader reader)
    {
        if (!EnterList(ref reader))
            return;
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            string? apiVersion = null, kind = null, name = null, uid = null;
            var controls = false;
            while (NextField(ref reader))
            {
                if (reader.ValueTextEquals("apiVersion"u8))
                    apiVersion = Repeated(ref reader);
                else if (reader.ValueTextEquals("kind"u8))
                    kind = Repeated(ref reader);
                else if (reader.ValueTextEquals("name"u8))
                    name = Text(ref reader, Name);
                else if (reader.ValueTextEquals("uid"u8))
                    uid = Text(ref reader);
                else if (reader.ValueTextEquals("controller"u8))
                    controls = reader.Read() && reader.TokenType == JsonTokenType.True;
                else
                    SkipValue(ref reader);
            }

            if (controls)
                Controller = new ControllerReference(apiVersion ?? "", kind ?? "", name ?? "", uid ?? "");
        }
    }

    private static bool Enter(ref Utf8JsonReader reader, JsonTokenType start)
    {
        reader.Read();
        if (reader.TokenType == start)
            return true;
        reader.Skip();
        return false;
    }
}
