using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using OrleansOperator.KubeApi.Text;

namespace OrleansOperator.Silo.Telemetry;

/// <summary>
/// One JSON object per line, with the fields of controller-runtime's logs: <c>ts</c>, <c>level</c>, <c>logger</c>, <c>msg</c>,
/// <c>error</c>, <c>stacktrace</c>; those of the scopes, which during a reconcile are <c>controller</c>, <c>namespace</c>,
/// <c>name</c>, <c>generation</c> and <c>reconcileID</c>, and in a trace <c>traceId</c> and <c>spanId</c>; and those of the
/// message. A field is written once: the first of these wins. Whatever a text holds is escaped, so that it neither ends the
/// line nor reaches a terminal.
/// </summary>
internal sealed class JsonLogFormatter() : ConsoleFormatter(FormatterName)
{
    /// <summary>The name under which it is registered.</summary>
    public const string FormatterName = "json-lines";

    /// <summary>A stack trace with its inner ones; what is longer quotes somebody else.</summary>
    private const int LongestText = 16 * 1024;

    // Quotes and non-ASCII letters are readable; control characters are escaped all the same.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            var line = new Line(json);
            json.WriteStartObject();
            line.Field("ts", DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            line.Field("level", Level(logEntry.LogLevel));
            line.Field("logger", logEntry.Category);
            line.Field("msg", logEntry.Formatter(logEntry.State, logEntry.Exception));
            if (logEntry.Exception is { } exception)
            {
                line.Field("error", $"{exception.GetType().Name}: {exception.Message}");
                line.Field("stacktrace", exception.ToString());
            }

            scopeProvider?.ForEachScope(static (scope, line) => line.Fields(scope), line);
            line.Fields(logEntry.State);
            json.WriteEndObject();
        }

        // The encoder lets format characters pass, such as those that reverse the direction of what follows.
        textWriter.WriteLine(OneLine.Of(Encoding.UTF8.GetString(buffer.WrittenSpan), int.MaxValue));
    }

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "critical",
    };

    private sealed class Line(Utf8JsonWriter json)
    {
        private readonly List<string> _names = [];

        public void Fields(object? state)
        {
            if (state is not IEnumerable<KeyValuePair<string, object?>> fields)
                return;
            foreach (var (name, value) in fields)
            {
                if (name.Length > 0 && name[0] != '{')
                    Field(char.IsUpper(name[0]) ? char.ToLowerInvariant(name[0]) + name[1..] : name, value);
            }
        }

        public void Field(string name, object? value)
        {
            if (_names.Contains(name))
                return;
            _names.Add(name);
            json.WritePropertyName(name);
            switch (value)
            {
                case null:
                    json.WriteNullValue();
                    break;
                case bool flag:
                    json.WriteBooleanValue(flag);
                    break;
                case int or long or short or byte or uint:
                    json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                    break;
                case double number when double.IsFinite(number):
                    json.WriteNumberValue(number);
                    break;
                default:
                    var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
                    json.WriteStringValue(text.Length > LongestText ? text[..LongestText] + "..." : text);
                    break;
            }
        }
    }
}
