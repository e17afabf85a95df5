using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using OrleansOperator.KubeApi.Text;

namespace OrleansOperator.Silo.Telemetry;

/// <summary>
/// One line per entry: time, level, category, event id and message. Messages quote names, answers and errors that others wrote; whatever
/// these hold neither begins a line of its own nor reaches a terminal as anything but text.
/// </summary>
internal sealed class TextLogFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    /// <summary>The name under which it is registered.</summary>
    public const string FormatterName = "text-lines";

    /// <summary>Far beyond any message of this program; what is longer quotes somebody else.</summary>
    public const int LongestMessage = 4096;

    /// <summary>A stack trace with its inner ones.</summary>
    public const int LongestException = 16 * 1024;

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        textWriter.Write(time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ ", CultureInfo.InvariantCulture));
        textWriter.Write(Level(logEntry.LogLevel));
        textWriter.Write(logEntry.Category);
        textWriter.Write(string.Create(CultureInfo.InvariantCulture, $"[{logEntry.EventId.Id}] "));
        textWriter.Write(OneLine.Of(logEntry.Formatter(logEntry.State, logEntry.Exception), LongestMessage));
        if (logEntry.Exception is { } exception)
        {
            textWriter.Write(' ');
            textWriter.Write(OneLine.Of(exception.ToString(), LongestException));
        }

        textWriter.WriteLine();
    }

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce: ",
        LogLevel.Debug => "dbug: ",
        LogLevel.Information => "info: ",
        LogLevel.Warning => "warn: ",
        LogLevel.Error => "fail: ",
        _ => "crit: ",
    };
}
