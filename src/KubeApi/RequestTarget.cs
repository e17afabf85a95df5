namespace OrleansOperator.KubeApi;

/// <summary>The Kubernetes verb and resource of a request, as RBAC rules and audit logs name them.</summary>
/// <param name="Verb"><c>get</c>, <c>list</c>, <c>watch</c>, <c>create</c>, <c>update</c>, <c>patch</c> or <c>delete</c>.</param>
/// <param name="Resource"><c>plural.group</c>, with <c>/subresource</c> where there is one.</param>
/// <param name="Namespace">The namespace, or null for all.</param>
public readonly record struct RequestTarget(string Verb, string Resource, string? Namespace = null);
