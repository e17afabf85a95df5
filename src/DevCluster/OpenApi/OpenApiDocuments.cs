using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.OpenApi;

/// <summary>OpenAPI documents, made from the schemas when they are asked for: what kubectl explains and validates with.</summary>
internal sealed class OpenApiDocuments(ResourceRegistry registry)
{
    private const string V2Prefix = "#/definitions/";

    /// <summary>Returns false when the path is none of OpenAPI's.</summary>
    public async Task<bool> HandleAsync(HttpContext http, string[] parts)
    {
        switch (parts)
        {
            case ["openapi", "v3"]:
                await ResponseWriter.JsonAsync(http, 200, Index());
                return true;
            case ["openapi", "v3", "api", var version]:
                await ResponseWriter.JsonAsync(http, 200, V3("", version));
                return true;
            case ["openapi", "v3", "apis", var group, var version]:
                await ResponseWriter.JsonAsync(http, 200, V3(group, version));
                return true;
            case ["openapi", "v2"] when OpenApiProtobuf.IsWanted(http):
                await ResponseWriter.BytesAsync(http, 200, OpenApiProtobuf.Write(V2()), OpenApiProtobuf.MediaType);
                return true;
            case ["openapi", "v2"]:
                await ResponseWriter.JsonAsync(http, 200, V2());
                return true;
            default:
                return false;
        }
    }

    private JsonObject Index()
    {
        var paths = new JsonObject();
        foreach (var resource in registry.All.DistinctBy(r => r.ApiVersion))
        {
            var path = (resource.Group.Length == 0 ? "api/" : "apis/") + resource.ApiVersion;
            paths[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}" };
        }

        return new JsonObject { ["paths"] = paths };
    }

    private JsonObject V3(string group, string version)
    {
        var resources = registry.All.Where(r => r.Group == group && r.Version == version).ToList();
        var paths = new JsonObject();
        foreach (var resource in resources)
            Paths(paths, resource, "#/components/schemas/", v3: true);
        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "v1.36.0" },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = Schemas(resources, "#/components/schemas/") },
        };
    }

    private JsonObject V2()
    {
        var paths = new JsonObject();
        foreach (var resource in registry.All)
            Paths(paths, resource, V2Prefix, v3: false);
        return new JsonObject
        {
            ["swagger"] = "2.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "v1.36.0" },
            ["paths"] = paths,
            ["definitions"] = Schemas(registry.All, V2Prefix),
        };
    }

    private static JsonObject Schemas(IEnumerable<ResourceInfo> resources, string prefix)
    {
        var schemas = new JsonObject { ["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"] = SchemaJson.Of(BuiltIns.GoSchemas.Of("meta/ObjectMeta")) };
        foreach (var resource in resources)
        {
            var schema = resource.Rules.Schema is { } known ? SchemaJson.Of(known) : new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true };
            if (prefix == V2Prefix)
                schema = SchemaJson.ForV2(schema);
            var properties = schema.Ensure("properties");
            properties["apiVersion"] = Text("APIVersion defines the versioned schema of this representation of an object.");
            properties["kind"] = Text("Kind is a string value representing the REST resource this object represents.");
            properties["metadata"] = new JsonObject
            {
                ["description"] = "Standard object's metadata.",
                ["allOf"] = new JsonArray(new JsonObject { ["$ref"] = prefix + "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta" }),
            };
            if (prefix == V2Prefix)
                properties["metadata"] = new JsonObject { ["$ref"] = prefix + "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta" };
            schema["x-kubernetes-group-version-kind"] = new JsonArray(Gvk(resource));
            schemas[Name(resource)] = schema;
        }

        return schemas;
    }

    private static void Paths(JsonObject paths, ResourceInfo resource, string prefix, bool v3)
    {
        var root = (resource.Group.Length == 0 ? "/api/" : "/apis/") + resource.ApiVersion + (resource.Namespaced ? "/namespaces/{namespace}/" : "/") + resource.Plural;
        paths[root] = new JsonObject { ["post"] = Operation(resource, "post", prefix, v3), ["get"] = Operation(resource, "list", prefix, v3) };
        paths[root + "/{name}"] = new JsonObject
        {
            ["get"] = Operation(resource, "get", prefix, v3),
            ["put"] = Operation(resource, "put", prefix, v3),
            ["patch"] = Operation(resource, "patch", prefix, v3),
            ["delete"] = Operation(resource, "delete", prefix, v3),
        };
    }

    private static JsonObject Operation(ResourceInfo resource, string action, string prefix, bool v3)
    {
        JsonObject Query(string name) => v3
            ? new JsonObject { ["name"] = name, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = "string" } }
            : new JsonObject { ["name"] = name, ["in"] = "query", ["type"] = "string", ["uniqueItems"] = true };
        var schema = new JsonObject { ["$ref"] = prefix + Name(resource) };
        var ok = new JsonObject { ["description"] = "OK" };
        if (v3)
            ok["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schema } };
        else
            ok["schema"] = schema;
        var parameters = new JsonArray(Query("pretty"));
        if (action is "post" or "put" or "patch")
        {
            // kubectl asks here whether the server knows dry run and field validation.
            parameters.Add(Query("dryRun"));
            parameters.Add(Query("fieldManager"));
            parameters.Add(Query("fieldValidation"));
        }

        return new JsonObject
        {
            ["operationId"] = $"{action}{resource.Group.Replace(".", "", StringComparison.Ordinal)}{resource.Version}{resource.Kind}",
            ["parameters"] = parameters,
            ["responses"] = new JsonObject { ["200"] = ok },
            ["x-kubernetes-action"] = action,
            ["x-kubernetes-group-version-kind"] = Gvk(resource),
        };
    }

    private static JsonObject Gvk(ResourceInfo resource) => new()
    {
        ["group"] = resource.Group,
        ["version"] = resource.Version,
        ["kind"] = resource.Kind,
    };

    private static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };

    private static string Name(ResourceInfo resource) => resource.Group.Length == 0
        ? $"io.k8s.api.core.{resource.Version}.{resource.Kind}"
        : $"{string.Join('.', resource.Group.Split('.').Reverse())}.{resource.Version}.{resource.Kind}";
}
