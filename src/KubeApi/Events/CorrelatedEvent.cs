namespace OrleansOperator.KubeApi.Events;

/// <summary>An Event as it is to stand in the API server.</summary>
/// <param name="Name">Its name: the same for every repeat.</param>
/// <param name="Occurrence">What happened last; its message says so when similar events were combined.</param>
/// <param name="Count">How often it happened.</param>
/// <param name="FirstAt">When it happened first.</param>
internal sealed record CorrelatedEvent(string Name, EventOccurrence Occurrence, int Count, DateTimeOffset FirstAt)
{
    /// <summary>Whether it is in the API server already, so that a patch of count and time does.</summary>
    public bool IsRepeat => Count > 1;
}
