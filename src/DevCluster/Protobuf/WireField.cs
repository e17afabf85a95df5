namespace OrleansOperator.DevCluster.Protobuf;

/// <summary>One field of a message.</summary>
/// <param name="Name">Its name in JSON.</param>
/// <param name="Type">A scalar type of protobuf, or the name of a message.</param>
/// <param name="Inline">Whether its own fields stand in its place.</param>
/// <param name="IsList">Whether it is a list of the type.</param>
/// <param name="IsMap">Whether it is a map from strings to the type.</param>
/// <param name="KeepsZero">Whether a zero is said and not left out.</param>
internal sealed record WireField(string Name, string Type, bool Inline, bool IsList, bool IsMap, bool KeepsZero);
