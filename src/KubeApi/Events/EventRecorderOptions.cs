namespace OrleansOperator.KubeApi.Events;

/// <summary>How Events are written.</summary>
public sealed class EventRecorderOptions
{
    /// <summary>Name of the configuration section these options are usually bound to.</summary>
    public const string Section = "Events";

    /// <summary>Who reports: the source of the Events, as <c>kubectl describe</c> shows it.</summary>
    public string Component { get; set; } = "orleans-operator";

    /// <summary>Which replica reports: the pod's name.</summary>
    public string Instance { get; set; } = Environment.MachineName;

    /// <summary>Events that may wait to be written; more are dropped and counted. 1 or more.</summary>
    public int QueueCapacity { get; set; } = 10_000;

    /// <summary>How long a stopping process goes on writing Events that wait. Zero or more.</summary>
    public TimeSpan FlushTimeout { get; set; } = TimeSpan.FromSeconds(2);
}
