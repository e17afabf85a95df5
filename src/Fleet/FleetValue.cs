using System.Globalization;

namespace OrleansOperator.Fleet;

/// <summary>What a column shows of one object: a number, a text, or nothing.</summary>
/// <param name="Number">The number, if it is one.</param>
/// <param name="Text">The text, if it is one.</param>
[GenerateSerializer, Immutable, Alias("oo.fleet-value")]
public readonly record struct FleetValue([property: Id(0)] long? Number, [property: Id(1)] string? Text = null)
{
    /// <summary>Whether there is nothing to show.</summary>
    public bool IsEmpty => Number is null && Text is null;

    /// <summary>A text.</summary>
    public static FleetValue Of(string? text) => new(null, text);

    /// <inheritdoc/>
    public override string ToString() => Number?.ToString(CultureInfo.InvariantCulture) ?? Text ?? "";
}
