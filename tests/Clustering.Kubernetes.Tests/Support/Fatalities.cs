using System.Collections.Concurrent;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Support;

/// <summary>Why a silo would have ended its process. The process is the tests': it goes on.</summary>
internal sealed class Fatalities : IFatalErrorHandler
{
    public ConcurrentQueue<string> Reasons { get; } = new();

    public bool IsUnexpected(Exception exception) => exception is not OperationCanceledException;

    public void OnFatalException(object? sender, string? context, Exception? exception) => Reasons.Enqueue($"{context} {exception?.Message}");
}
