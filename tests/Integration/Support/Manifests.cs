using System.Text.RegularExpressions;

namespace OrleansOperator.Integration.Support;

/// <summary>Files of this repository that tests use.</summary>
internal static partial class Manifests
{
    public static string FooCrd => Read("deploy", "crds", "foo.yaml");

    public static string OrleansClusterCrd => Read("deploy", "crds", "orleanscluster.yaml");

    public static string ExampleFoo => Read("deploy", "examples", "foo.yaml");

    /// <summary>sample-controller's own CRD, which knows neither conditions nor observedGeneration.</summary>
    public const string OlderCrd = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata:
          name: foos.samplecontroller.k8s.io
          annotations: { api-approved.kubernetes.io: "unapproved, experimental-only" }
        spec:
          group: samplecontroller.k8s.io
          scope: Namespaced
          names: { kind: Foo, plural: foos }
          versions:
            - name: v1alpha1
              served: true
              storage: true
              schema:
                openAPIV3Schema:
                  type: object
                  properties:
                    spec:
                      type: object
                      properties:
                        deploymentName: { type: string }
                        replicas: { type: integer, minimum: 1, maximum: 10 }
                    status:
                      type: object
                      properties:
                        availableReplicas: { type: integer }
              subresources: { status: {} }
        """;

    /// <summary>The documentation of the metrics.</summary>
    public static string Metrics => Read("docs", "metrics.md");

    /// <summary>CRDs of prometheus-operator.</summary>
    public static string MonitoringCrds => Read("tests", "Integration", "Deploy", "monitoring-crds.yaml");

    /// <summary>A file of the repository.</summary>
    public static string File(params string[] path) => Read(path);

    /// <summary>The CRD without the rules for names, as it is for Foos that were stored under an earlier one.</summary>
    public static string FooCrdWithoutRules => NameRules().Replace(FooCrd, "");

    [GeneratedRegex(@"^ *(x-kubernetes-validations:\n( *#.*\n)* *- rule:.*\n( *optionalOldSelf:.*\n)? *message:.*\n|required: \[deploymentName\]\n)", RegexOptions.Multiline)]
    private static partial Regex NameRules();

    /// <summary>The folder of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The overlays in deploy/overlays, by name.</summary>
    public static IEnumerable<string> Overlays => Directory.EnumerateDirectories(Path.Combine(Root, "deploy", "overlays")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    /// <summary>The folder of an overlay, for <c>kubectl apply -k</c>.</summary>
    public static string Overlay(string name) => Path.Combine(Root, "deploy", "overlays", name);

    private static string Read(params string[] path) => System.IO.File.ReadAllText(Path.Combine([Root, .. path]));

    private static string FindRoot()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !System.IO.File.Exists(Path.Combine(root.FullName, "OrleansOperator.sln")))
            root = root.Parent;
        return root!.FullName;
    }
}
