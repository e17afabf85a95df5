using Microsoft.Extensions.Logging;

namespace OrleansOperator.Silo.Tests.Support;

/// <summary>Keeps what is logged, as <c>Level: message</c>.</summary>
internal sealed class LineLogger<T> : ILogger<T>
{
    public List<string> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Add($"{logLevel}: {formatter(state, exception)}");
}
