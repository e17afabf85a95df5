using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Admission;
using OrleansOperator.DevCluster.Authentication;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Tests.Admission;

/// <summary>Writes as admission sees them, for tests of its decisions.</summary>
internal static class Requests
{
    public static AdmissionAttributes Of(
        AdmissionOperation operation, string apiVersion, string kind, string? obj, string? old = null, string ns = "default", string name = "a", string? subresource = null)
    {
        var resource = BuiltInResources.All().First(known => known.ApiVersion == apiVersion && known.Kind == kind);
        return new AdmissionAttributes
        {
            By = new Requester(),
            Operation = operation,
            Resource = resource,
            Kind = resource,
            Subresource = subresource,
            Namespace = ns,
            Name = name,
            DryRun = false,
            Object = obj is null ? null : JsonNode.Parse(obj)!.AsObject(),
            OldObject = old is null ? null : JsonNode.Parse(old)!.AsObject(),
        };
    }

    private sealed class Requester : IAdmissionRequester
    {
        public UserInfo User { get; } = UserInfo.Of("jane", ["developers"]);

        public CancellationToken Aborted => TestContext.Current.CancellationToken;

        public JsonObject OperationOptions() => new() { ["kind"] = "CreateOptions", ["apiVersion"] = "meta.k8s.io/v1" };

        public void Warn(string text) => throw new InvalidOperationException(text);

        public void Annotate(string key, string value) => throw new InvalidOperationException(key);
    }
}
