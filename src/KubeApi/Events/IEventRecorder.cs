namespace OrleansOperator.KubeApi.Events;

/// <summary>
/// Writes Kubernetes Events about objects. Recording never waits and never throws: similar events are combined, their rate
/// per object is limited, and when the queue is full the event is dropped and counted, as client-go's recorder does.
/// </summary>
public interface IEventRecorder
{
    /// <summary>Records that something happened to an object.</summary>
    /// <param name="about">The object.</param>
    /// <param name="type">How bad it is.</param>
    /// <param name="reason">A CamelCase word for machines.</param>
    /// <param name="message">A sentence for people.</param>
    void Record(ObjectReference about, EventType type, string reason, string message);
}
