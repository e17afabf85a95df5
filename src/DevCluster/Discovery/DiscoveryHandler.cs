using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Definitions;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Discovery;

/// <summary>Tells clients what is served: versions, groups, resources.</summary>
internal sealed class DiscoveryHandler(ResourceRegistry registry, OpenApi.OpenApiDocuments openApi)
{
    private static readonly string[] Verbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];

    private static readonly string[] SubresourceVerbs = ["get", "patch", "update"];

    /// <summary>Returns false when the path is none of discovery.</summary>
    public async Task<bool> HandleAsync(HttpContext http)
    {
        var parts = (http.Request.Path.Value ?? "/").Trim('/').Split('/');
        switch (parts)
        {
            case ["healthz" or "readyz" or "livez", ..]:
                await ResponseWriter.TextAsync(http, 200, "ok");
                return true;
            case ["version"]:
                await ResponseWriter.JsonAsync(http, 200, Version());
                return true;
            case [""]:
                await ResponseWriter.JsonAsync(http, 200, new JsonObject
                {
                    ["paths"] = new JsonArray("/api", "/api/v1", "/apis", "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"),
                });
                return true;
            case ["api"] when WantsAggregated(http):
                await AggregatedAsync(http, core: true);
                return true;
            case ["apis"] when WantsAggregated(http):
                await AggregatedAsync(http, core: false);
                return true;
            case ["api"]:
                await ResponseWriter.JsonAsync(http, 200, new JsonObject
                {
                    ["kind"] = "APIVersions",
                    ["versions"] = new JsonArray("v1"),
                    ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = http.Request.Host.Value }),
                });
                return true;
            case ["apis"]:
                await ResponseWriter.JsonAsync(http, 200, new JsonObject
                {
                    ["kind"] = "APIGroupList",
                    ["apiVersion"] = "v1",
                    ["groups"] = new JsonArray([.. Groups().Select(group => Group(group, nested: true))]),
                });
                return true;
            case ["apis", var name] when Groups().FirstOrDefault(g => g.Key == name) is { } group:
                await ResponseWriter.JsonAsync(http, 200, Group(group, nested: false));
                return true;
            case ["api", var version] when Of("", version) is { Count: > 0 } resources:
                await ResponseWriter.JsonAsync(http, 200, ResourceList(version, resources));
                return true;
            case ["apis", var name, var version] when Of(name, version) is { Count: > 0 } resources:
                await ResponseWriter.JsonAsync(http, 200, ResourceList($"{name}/{version}", resources));
                return true;
            case ["openapi", ..]:
                return await openApi.HandleAsync(http, parts);
            default:
                return false;
        }
    }

    private static JsonObject Version() => new()
    {
        ["major"] = "1",
        ["minor"] = "36",
        ["gitVersion"] = "v1.36.0-devcluster",
        ["gitCommit"] = "",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "2026-01-01T00:00:00Z",
        ["goVersion"] = "",
        ["compiler"] = "",
        ["platform"] = "any",
    };

    private static bool WantsAggregated(HttpContext http) =>
        http.Request.Headers.Accept.ToString().Contains("as=APIGroupDiscoveryList", StringComparison.Ordinal)
        && http.Request.Headers.Accept.ToString().Contains("v=v2;", StringComparison.Ordinal);

    private IEnumerable<IGrouping<string, ResourceInfo>> Groups() =>
        registry.All.Where(resource => resource.Group.Length > 0).GroupBy(resource => resource.Group);

    private List<ResourceInfo> Of(string group, string version) =>
        [.. registry.All.Where(resource => resource.Group == group && resource.Version == version)];

    private static JsonObject Group(IGrouping<string, ResourceInfo> group, bool nested)
    {
        var versions = group.Select(resource => resource.Version).Distinct().OrderByDescending(version => version, VersionOrder.Instance).ToList();
        JsonObject Entry(string version) => new() { ["groupVersion"] = $"{group.Key}/{version}", ["version"] = version };
        var json = new JsonObject();
        if (!nested)
            (json["kind"], json["apiVersion"]) = ("APIGroup", "v1");
        json["name"] = group.Key;
        json["versions"] = new JsonArray([.. versions.Select(Entry)]);
        json["preferredVersion"] = Entry(versions[0]);
        return json;
    }

    private static JsonObject ResourceList(string groupVersion, List<ResourceInfo> resources)
    {
        var items = new JsonArray();
        foreach (var resource in resources)
        {
            items.Add(Entry(resource));
            foreach (var sub in Subresources(resource))
            {
                var entry = new JsonObject
                {
                    ["name"] = $"{resource.Plural}/{sub.Name}",
                    ["singularName"] = "",
                    ["namespaced"] = resource.Namespaced,
                    ["kind"] = sub.Kind,
                    ["verbs"] = Texts(sub.Verbs),
                };
                if (sub.Group is not null)
                    (entry["group"], entry["version"]) = (sub.Group, "v1");
                items.Add(entry);
            }
        }

        return new JsonObject
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = groupVersion,
            ["resources"] = items,
        };
    }

    private static JsonObject Entry(ResourceInfo resource)
    {
        var entry = new JsonObject
        {
            ["name"] = resource.Plural,
            ["singularName"] = resource.Singular,
            ["namespaced"] = resource.Namespaced,
            ["kind"] = resource.Kind,
            ["verbs"] = Texts(resource.CreateOnly ? ["create"] : Verbs),
        };
        if (resource.ShortNames.Count > 0)
            entry["shortNames"] = Texts(resource.ShortNames);
        if (resource.Categories.Count > 0)
            entry["categories"] = Texts(resource.Categories);
        if (!resource.CreateOnly)
            entry["storageVersionHash"] = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{resource.Group}/{resource.Version}/{resource.Kind}")).AsSpan(0, 8));
        return entry;
    }

    private static IEnumerable<Subresource> Subresources(ResourceInfo resource)
    {
        if (resource.HasStatus)
            yield return new Subresource("status", resource.Kind, SubresourceVerbs);
        if (resource.Scale is not null)
            yield return new Subresource("scale", "Scale", SubresourceVerbs, "autoscaling");
        foreach (var other in resource.Subresources)
            yield return other;
    }

    private Task AggregatedAsync(HttpContext http, bool core)
    {
        var items = new JsonArray();
        foreach (var group in registry.All.Where(r => r.Group.Length == 0 == core).GroupBy(r => r.Group))
        {
            var versions = new JsonArray();
            foreach (var version in group.GroupBy(r => r.Version).OrderByDescending(version => version.Key, VersionOrder.Instance))
            {
                versions.Add(new JsonObject
                {
                    ["version"] = version.Key,
                    ["freshness"] = "Current",
                    ["resources"] = new JsonArray([.. version.Select(Aggregated)]),
                });
            }

            items.Add(new JsonObject { ["metadata"] = new JsonObject { ["name"] = group.Key.Length == 0 ? null : group.Key }, ["versions"] = versions });
        }

        http.Response.Headers.Vary = "Accept";
        http.Response.StatusCode = 200;
        http.Response.ContentType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
        return http.Response.Body.WriteAsync(new JsonObject
        {
            ["kind"] = "APIGroupDiscoveryList",
            ["apiVersion"] = "apidiscovery.k8s.io/v2",
            ["metadata"] = new JsonObject(),
            ["items"] = items,
        }.ToUtf8(), http.RequestAborted).AsTask();
    }

    private static JsonObject Aggregated(ResourceInfo resource)
    {
        JsonObject Kind(string group, string kind) => new() { ["group"] = group, ["version"] = resource.Version, ["kind"] = kind };
        var entry = new JsonObject
        {
            ["resource"] = resource.Plural,
            ["responseKind"] = Kind(resource.Group, resource.Kind),
            ["scope"] = resource.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = resource.Singular,
            ["verbs"] = Texts(resource.CreateOnly ? ["create"] : Verbs),
        };
        if (resource.ShortNames.Count > 0)
            entry["shortNames"] = Texts(resource.ShortNames);
        if (resource.Categories.Count > 0)
            entry["categories"] = Texts(resource.Categories);
        var subresources = Subresources(resource).Select(sub => new JsonObject
        {
            ["subresource"] = sub.Name,
            ["responseKind"] = sub.Group is null ? Kind(resource.Group, sub.Kind) : new JsonObject { ["group"] = sub.Group, ["version"] = "v1", ["kind"] = sub.Kind },
            ["verbs"] = Texts(sub.Verbs),
        }).ToList();
        if (subresources.Count > 0)
            entry["subresources"] = new JsonArray([.. subresources]);
        return entry;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
