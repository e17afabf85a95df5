using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Loops;

/// <summary>
/// Lets go of what a node or the volume controllers hold in a real cluster: nothing runs the pods, and nothing uses the volumes.
/// </summary>
internal sealed class ReleaseLoop(LoopStore store)
{
    public void Observe(string resource, WatchEvent change)
    {
        var obj = change.Object;
        if (change.Type == WatchEventType.Deleted || !obj.IsDeleting)
            return;
        switch (resource)
        {
            case "pods" when obj.Parse()["metadata"].Number("deletionGracePeriodSeconds") > 0:
                store.Delete(resource, obj, grace: 0);
                break;
            case "persistentvolumeclaims":
                store.Change(resource, obj.Key, claim => LoopStore.RemoveFinalizer(claim, "kubernetes.io/pvc-protection"));
                break;
            case "persistentvolumes":
                store.Change(resource, obj.Key, volume => LoopStore.RemoveFinalizer(volume, "kubernetes.io/pv-protection"));
                break;
        }
    }
}
