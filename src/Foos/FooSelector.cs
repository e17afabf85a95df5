namespace OrleansOperator.Foos;

/// <summary>
/// The label selector of a Foo's pods, as the scale subresource gives it to autoscalers: that of the Deployment, which
/// the operator creates with it and which cannot change afterwards.
/// </summary>
internal static class FooSelector
{
    private const string Prefix = $"app={FooReconciler.App},controller=";

    /// <summary>The selector in its string form.</summary>
    public static string Of(string foo) => Prefix + foo;

    /// <summary>Whether it is the selector of that Foo.</summary>
    public static bool IsOf(string? foo, string? selector) =>
        foo is not null && selector is not null && selector.Length == Prefix.Length + foo.Length
        && selector.StartsWith(Prefix, StringComparison.Ordinal) && selector.EndsWith(foo, StringComparison.Ordinal);
}
