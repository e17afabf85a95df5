namespace OrleansOperator.Foos;

/// <summary>The status of a Foo beside its conditions.</summary>
/// <param name="Name">The Foo's name, of which its selector is made.</param>
/// <param name="AvailableReplicas">status.availableReplicas, 0 included.</param>
internal sealed record FooStatus(string Name, int AvailableReplicas);
