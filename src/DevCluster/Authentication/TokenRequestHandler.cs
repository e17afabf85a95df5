using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.BuiltIns;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Authentication;

/// <summary>Answers on the <c>token</c> subresource of service accounts (Kubernetes, <c>pkg/registry/core/serviceaccount/storage/token.go</c>).</summary>
internal sealed class TokenRequestHandler(ObjectService objects, ResourceRegistry registry, ServiceAccountTokens tokens, TimeProvider clock)
{
    private const long DefaultSeconds = 3600;
    private const long LeastSeconds = 600;
    private const long MostSeconds = 1L << 32;

    private static readonly ResourceInfo TokenRequests = new()
    {
        Group = "authentication.k8s.io",
        Version = "v1",
        Plural = "tokenrequests",
        Singular = "tokenrequest",
        Kind = "TokenRequest",
        Rules = new BuiltInRules("authentication/TokenRequest"),
    };

    public async Task RequestAsync(ApiRequest request)
    {
        RequestOptions.CheckCreate(request);
        var account = objects.Get(request.Resource, request.Namespace, request.Name!);
        var sent = BodyReader.ParseObject(await BodyReader.ReadAsync(request.Http), BodyReader.MediaType(request.Http), TokenRequests.Kind, request.Duplicates);
        ObjectDecoding.CheckType(TokenRequests, sent);
        var asked = ObjectDecoding.Decoded(TokenRequests, sent, request.WriteOptions());
        if (asked["metadata"].Text("name") is { Length: > 0 } name && name != request.Name)
            throw ApiErrors.BadRequest($"the name of the object ({name}) does not match the name on the URL ({request.Name})");
        var spec = asked.Ensure("spec");
        if (spec.Number("expirationSeconds") is null)
            spec["expirationSeconds"] = DefaultSeconds;
        if (spec.List("audiences") is not { Count: > 0 })
            spec["audiences"] = new JsonArray(ServiceAccountTokens.Issuer);
        Validate(spec, request.Name!);
        var (token, expires) = tokens.Issue(
            account, spec.List("audiences")!.Select(audience => audience!.ToString()), TimeSpan.FromSeconds(spec.Number("expirationSeconds")!.Value),
            spec.Object("boundObjectRef") is { } bound ? Bound(request, bound) : null);
        asked["metadata"] = new JsonObject { ["name"] = request.Name, ["namespace"] = request.Namespace, ["creationTimestamp"] = clock.Timestamp() };
        asked["status"] = new JsonObject { ["token"] = token, ["expirationTimestamp"] = Json.Timestamp(expires) };
        await ResponseWriter.JsonAsync(request.Http, 201, asked);
    }

    private static void Validate(JsonObject spec, string name)
    {
        var seconds = spec.Number("expirationSeconds")!.Value;
        var why = seconds < LeastSeconds ? "may not specify a duration less than 10 minutes" : seconds > MostSeconds ? "may not specify a duration larger than 2^32 seconds" : null;
        if (why is not null)
            throw ApiErrors.Invalid(TokenRequests, name, [FieldError.Invalid("spec.expirationSeconds", spec["expirationSeconds"].ToText(), why)]);
    }

    /// <summary>The Pod or Secret that a token is to end with.</summary>
    private (string Kind, StoredObject Object) Bound(ApiRequest request, JsonObject reference)
    {
        var (kind, version, uid) = (reference.Text("kind") ?? "", reference.Text("apiVersion") ?? "", reference.Text("uid") ?? "");
        if (kind is not ("Pod" or "Secret") || version != "v1")
            throw ApiErrors.BadRequest($"cannot bind token for object of type {(version.Contains('/', StringComparison.Ordinal) ? version : "/" + version)}, Kind={kind}");
        var resource = registry.FindKind(version, kind)!;
        var found = objects.Get(resource, request.Namespace, reference.Text("name") ?? "");
        if (uid.Length > 0 && uid != found.Uid)
        {
            throw ApiErrors.Conflict(resource, found.Name,
                $"the UID in the bound object reference ({uid}) does not match the UID in record. The object might have been deleted and then recreated", byKind: true);
        }

        return (kind, found);
    }
}
