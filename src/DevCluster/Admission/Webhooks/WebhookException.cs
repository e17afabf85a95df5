namespace OrleansOperator.DevCluster.Admission.Webhooks;

/// <summary>A webhook cannot be called, or its answer cannot be used: its failure policy decides.</summary>
/// <param name="message">What is wrong, as admission says it.</param>
/// <param name="cause">Without the words that say that it was a call; null for the same.</param>
internal sealed class WebhookException(string message, string? cause = null) : Exception(message)
{
    /// <summary>What is wrong, without the words that say that it was a call.</summary>
    public string Cause => cause ?? Message;
}
