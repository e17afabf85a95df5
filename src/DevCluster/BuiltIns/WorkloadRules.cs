namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>A built-in kind whose <c>metadata.generation</c> counts the changes of its spec.</summary>
/// <param name="type"><c>package/Type</c>.</param>
internal sealed class WorkloadRules(string type) : BuiltInRules(type)
{
    public override bool HasGeneration => true;
}
