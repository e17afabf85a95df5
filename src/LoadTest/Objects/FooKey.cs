namespace OrleansOperator.LoadTest.Objects;

/// <summary>The namespace and name of a Foo, and of its Deployment, which has the same name.</summary>
internal readonly record struct FooKey(string Namespace, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Namespace}/{Name}";
}
