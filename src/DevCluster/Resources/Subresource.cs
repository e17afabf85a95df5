namespace OrleansOperator.DevCluster.Resources;

/// <summary>A part or an action of a kind that has a path of its own, besides <c>status</c> and <c>scale</c>.</summary>
/// <param name="Name">The last part of its path.</param>
/// <param name="Kind">The kind that is read and written there.</param>
/// <param name="Verbs">What can be done with it.</param>
/// <param name="Group">The group of the kind, where it is another.</param>
internal sealed record Subresource(string Name, string Kind, IReadOnlyList<string> Verbs, string? Group = null);
