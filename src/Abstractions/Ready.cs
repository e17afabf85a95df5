using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator;

/// <summary>
/// The Ready condition, which every object gets. The generation that it speaks of and the time of its last transition are the
/// engine's to fill in.
/// </summary>
public static class Ready
{
    /// <summary>The type of the condition.</summary>
    public const string Type = "Ready";

    /// <summary>The object is as it should be.</summary>
    /// <param name="reason">A CamelCase word.</param>
    /// <param name="message">A sentence for people; cut at 32 KiB.</param>
    public static Condition True(string reason, string message = "") => Of("True", reason, message);

    /// <summary>The object is not yet, or not any more, as it should be.</summary>
    /// <param name="reason">A CamelCase word.</param>
    /// <param name="message">A sentence for people, which says what to do if there is something; cut at 32 KiB.</param>
    public static Condition False(string reason, string message = "") => Of("False", reason, message);

    private static Condition Of(string status, string reason, string message) => new(Type, status, reason, message, default, 0);
}
