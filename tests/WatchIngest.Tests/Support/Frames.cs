namespace OrleansOperator.WatchIngest.Tests.Support;

/// <summary>Answers of an API server, as it writes them.</summary>
internal static class Frames
{
    public static string Added(TestSnapshot snapshot) => Change("ADDED", snapshot);

    public static string Modified(TestSnapshot snapshot) => Change("MODIFIED", snapshot);

    public static string Deleted(TestSnapshot snapshot) => Change("DELETED", snapshot);

    public static string Bookmark(long version) =>
        $$"""{"type":"BOOKMARK","object":{"kind":"Widget","apiVersion":"example.com/v1","metadata":{"resourceVersion":"{{version}}"} } }""" + "\n";

    public static string InitialEventsEnd(long version) =>
        $$$"""{"type":"BOOKMARK","object":{"kind":"Widget","apiVersion":"example.com/v1","metadata":{"resourceVersion":"{{{version}}}","annotations":{"k8s.io/initial-events-end":"true"} } } }""" + "\n";

    public static string Error(int code, string reason, string message) =>
        $$"""{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"{{message}}","reason":"{{reason}}","code":{{code}} } }""" + "\n";

    public static string Gone() => Error(410, "Expired", "too old resource version: 10 (500)");

    public static string List(long version, params TestSnapshot[] objects) => Page(version, null, objects);

    public static string Page(long version, string? next, params TestSnapshot[] objects) =>
        $$"""{"apiVersion":"example.com/v1","kind":"WidgetList","items":[{{string.Join(',', objects.Select(o => o.ToJson()))}}],"metadata":{"resourceVersion":"{{version}}"{{(next is null ? "" : $",\"continue\":\"{next}\",\"remainingItemCount\":7")}}} }""";

    private static string Change(string type, TestSnapshot snapshot) => $$"""{"type":"{{type}}","object":{{snapshot.ToJson()}} }""" + "\n";
}
