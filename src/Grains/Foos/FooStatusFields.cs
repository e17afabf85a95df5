namespace OrleansOperator.Grains.Foos;

/// <summary>
/// Which status fields the CRD in the cluster keeps. sample-controller's own CRD knows availableReplicas alone, and the API
/// server prunes what it does not know.
/// </summary>
/// <param name="Conditions">Whether status.conditions is kept.</param>
/// <param name="ObservedGeneration">Whether status.observedGeneration is kept.</param>
/// <param name="Selector">Whether status.selector is kept.</param>
internal readonly record struct FooStatusFields(bool Conditions, bool ObservedGeneration, bool Selector)
{
    /// <summary>This project's CRD.</summary>
    public static FooStatusFields All => new(true, true, true);

    /// <summary>Whether all of them are kept.</summary>
    public bool IsAll => Conditions && ObservedGeneration && Selector;
}
