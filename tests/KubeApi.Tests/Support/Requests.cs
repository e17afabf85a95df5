namespace OrleansOperator.KubeApi.Tests.Support;

internal static class Requests
{
    public static readonly ResourceType Widgets = new("example.com", "v1", "widgets", "Widget");

    public static KubeRequest Get(string ns = "default", string name = "one", RequestPriority priority = RequestPriority.Fresh) =>
        new(HttpMethod.Get, Widgets.ObjectPath(ns, name))
        {
            Target = new RequestTarget("get", Widgets.QualifiedName, ns),
            Priority = priority,
        };

    public static KubeRequest Watch() => new(HttpMethod.Get, Widgets.CollectionPath() + "?watch=true")
    {
        Target = new RequestTarget("watch", Widgets.QualifiedName),
    };

    public static Task<TestObject> GetAsync(this IKubeApi api) =>
        api.SendAsync(Get(), TestJson.Default.TestObject, TestContext.Current.CancellationToken);
}
