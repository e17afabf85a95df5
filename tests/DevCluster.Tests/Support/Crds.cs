namespace OrleansOperator.DevCluster.Tests.Support;

/// <summary>Custom resources to try a schema on.</summary>
internal static class Crds
{
    /// <summary>The things of the default namespace.</summary>
    public const string Path = "/apis/example.com/v1/namespaces/default/things";

    /// <summary>A CRD of Things (example.com/v1) with status and scale subresources.</summary>
    /// <param name="spec">Schema of the spec.</param>
    /// <param name="rules">More fields of the whole object's schema, such as rules.</param>
    /// <param name="version">More fields of the version.</param>
    public static string Things(string spec = """{"type":"object","x-kubernetes-preserve-unknown-fields":true}""", string rules = "", string version = "") => $$"""
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"things.example.com"},
         "spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"things","kind":"Thing"},
          "versions":[{"name":"v1","served":true,"storage":true {{version}},
           "subresources":{"status":{},"scale":{"specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas"} },
           "schema":{"openAPIV3Schema":{"type":"object" {{rules}},"properties":{"spec":{{spec}},
            "status":{"type":"object","properties":{"replicas":{"type":"integer"},"phase":{"type":"string"} } } } } } } ] } }
        """;

    /// <summary>A Thing.</summary>
    public static string Thing(string name, string spec, string metadata = "") =>
        $$"""{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"{{name}}" {{metadata}} },"spec":{{spec}} }""";
}
