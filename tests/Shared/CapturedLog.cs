using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OrleansOperator.Tests;

/// <summary>A log that a test can read, as a provider and as a logger.</summary>
internal sealed class CapturedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Category, string Message)> _lines = new();

    /// <summary>What was logged, oldest first.</summary>
    public IReadOnlyList<(LogLevel Level, string Category, string Message)> Lines => [.. _lines];

    public ILogger<T> For<T>() => new Logger<T>(this, typeof(T).FullName!);

    public ILogger CreateLogger(string categoryName) => new Logger<object>(this, categoryName);

    public void Dispose()
    {
        // The lines stay.
    }

    private sealed class Logger<T>(CapturedLog log, string category) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log._lines.Enqueue((logLevel, category, formatter(state, exception)));
    }
}
