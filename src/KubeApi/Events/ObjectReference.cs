namespace OrleansOperator.KubeApi.Events;

/// <summary>The object that an Event is about (<c>core/v1 ObjectReference</c>).</summary>
/// <param name="ApiVersion">Group and version.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Namespace">Namespace: the Event is written there too.</param>
/// <param name="Name">Name.</param>
/// <param name="Uid">Uid.</param>
/// <param name="ResourceVersion">The version of the object that was looked at.</param>
public sealed record ObjectReference(
    string ApiVersion, string Kind, string Namespace, string Name, string Uid, string ResourceVersion);
