namespace OrleansOperator.DevCluster.Admission.Webhooks;

/// <summary>A webhook cannot be called, or its answer cannot be used: its failure policy decides.</summary>
internal sealed class WebhookException(string message) : Exception(message);
