namespace OrleansOperator.KubeApi.Events;

/// <summary>What <see cref="IEventRecorder.Record"/> was told, and when.</summary>
internal readonly record struct EventOccurrence(
    ObjectReference About, EventType Type, string Reason, string Message, DateTimeOffset At);
