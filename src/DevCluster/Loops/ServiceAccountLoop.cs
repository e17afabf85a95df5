using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Loops;

/// <summary>Gives each namespace its ServiceAccount <c>default</c> (Kubernetes, <c>pkg/controller/serviceaccount</c>).</summary>
internal sealed class ServiceAccountLoop(ObjectService objects, ResourceRegistry registry)
{
    private const string Accounts = "serviceaccounts";
    private const string Default = "default";

    public void Observe(string resource, WatchEvent change)
    {
        if (resource == NamespaceLoop.Resource && change.Type != WatchEventType.Deleted)
            Ensure(change.Object.Name);
        else if (resource == Accounts && change.Type == WatchEventType.Deleted && change.Object.Name == Default)
            Ensure(change.Object.Namespace);
    }

    private void Ensure(string ns)
    {
        if (objects.Store.Find(NamespaceLoop.Resource, "", ns) is not { IsDeleting: false } || objects.Store.Find(Accounts, ns, Default) is not null)
            return;
        try
        {
            objects.CreateOwn(registry.Find("", "v1", Accounts)!, ns, new JsonObject { ["metadata"] = new JsonObject { ["name"] = Default } });
        }
        catch (ApiException e) when (e.Code is 403 or 404 or 409)
        {
            // It is there by now, the namespace is going, or its quota does not allow it: the next change of the namespace tries again.
        }
    }
}
