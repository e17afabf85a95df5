namespace OrleansOperator.KubeApi.Events;

/// <summary>The type of a Kubernetes Event.</summary>
public enum EventType
{
    /// <summary>For information.</summary>
    Normal,

    /// <summary>Something does not work.</summary>
    Warning,
}
