using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansOperator.Silo.Telemetry;

namespace OrleansOperator.Silo.Tests.Telemetry;

/// <summary>A log line as a JSON object, with the fields that controller-runtime's logs have.</summary>
public sealed partial class JsonLogFormatterTests
{
    [Theory]
    [InlineData(LogLevel.Trace, "trace")]
    [InlineData(LogLevel.Debug, "debug")]
    [InlineData(LogLevel.Information, "info")]
    [InlineData(LogLevel.Warning, "warn")]
    [InlineData(LogLevel.Error, "error")]
    [InlineData(LogLevel.Critical, "critical")]
    public void A_line_has_time_level_logger_and_message(LogLevel level, string name)
    {
        var line = Write(logger => logger.Log(level, "hello"));

        Assert.Equal(["ts", "level", "logger", "msg"], line.Select(field => field.Key));
        Assert.InRange(DateTime.Parse((string)line["ts"]!, null, DateTimeStyles.AdjustToUniversal), DateTime.UtcNow.AddMinutes(-1), DateTime.UtcNow.AddMinutes(1));
        Assert.Equal((name, "some.Category", "hello"), ((string)line["level"]!, (string)line["logger"]!, (string)line["msg"]!));
    }

    [Fact]
    public void The_values_of_a_message_are_fields_of_their_own_types()
    {
        var line = Write(logger => Log.Values(logger, 3, 1.5, true, null, TimeSpan.FromSeconds(90)));

        Assert.Equal("3 times in 1.5 s, True, (null), 00:01:30", (string)line["msg"]!);
        Assert.Equal("3 1.5 true null \"00:01:30\"", string.Join(' ', new[] { "count", "seconds", "again", "reason", "wait" }.Select(name => line[name]?.ToJsonString() ?? "null")));
    }

    [Fact]
    public void The_fields_of_a_scope_go_before_those_of_the_message()
    {
        var line = Write(
            logger => Log.About(logger, "of the message"),
            new Dictionary<string, object?> { ["controller"] = "foo", ["namespace"] = "ns", ["name"] = "x", ["generation"] = 7L, ["reconcileID"] = "id" });

        Assert.Equal(["ts", "level", "logger", "msg", "controller", "namespace", "name", "generation", "reconcileID"], line.Select(field => field.Key));
        Assert.Equal(("x", 7), ((string)line["name"]!, (long)line["generation"]!));
    }

    [Fact]
    public void A_scope_that_is_a_text_is_left_out() => Assert.Equal(4, Write(logger => logger.LogInformation("hello"), "a scope").Count);

    [Fact]
    public void An_exception_is_an_error_and_its_stack_trace()
    {
        var line = Write(logger => Log.Fails(logger, new InvalidOperationException("a bug", new IOException("below"))));

        Assert.Equal("InvalidOperationException: a bug", (string)line["error"]!);
        Assert.Contains("IOException: below", (string)line["stacktrace"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("two\nlines")]
    [InlineData("two\r\nlines")]
    [InlineData("\u001b[31mred\u001b[0m")]
    [InlineData("next line \u0085 and bell \u0007")]
    [InlineData("\"}{\"level\":\"critical\"")]
    [InlineData("half a pair \ud800")]
    [InlineData("name\u202egnp.exe \u2066 \ufeff \U000e0041 \u2028")]
    public void Whatever_a_server_says_stays_within_its_field(string text)
    {
        var raw = WriteRaw(logger => Log.About(logger, text), null);

        Assert.Equal(raw.Length - Environment.NewLine.Length, raw.IndexOfAny(['\r', '\n']));
        Assert.DoesNotContain(raw.TrimEnd(), c => char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator);
        using var document = JsonDocument.Parse(raw);
        Assert.Equal("info", document.RootElement.GetProperty("level").GetString());
        Assert.Equal(text.Replace('\ud800', '\ufffd'), document.RootElement.GetProperty("name").GetString());
    }

    private static JsonObject Write(Action<ILogger> log, object? scope = null) => JsonNode.Parse(WriteRaw(log, scope))!.AsObject();

    private static string WriteRaw(Action<ILogger> log, object? scope)
    {
        var scopes = new LoggerExternalScopeProvider();
        using var pushed = scope is null ? null : scopes.Push(scope);
        var text = new StringWriter();
        log(new FormattingLogger(new JsonLogFormatter(), scopes, text));
        return text.ToString();
    }

    private sealed class FormattingLogger(JsonLogFormatter formatter, IExternalScopeProvider scopes, TextWriter text) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> format) =>
            formatter.Write(new LogEntry<TState>(logLevel, "some.Category", eventId, state, exception, format), scopes, text);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Count} times in {Seconds} s, {Again}, {Reason}, {Wait}")]
        public static partial void Values(ILogger logger, int count, double seconds, bool again, string? reason, TimeSpan wait);

        [LoggerMessage(LogLevel.Information, "About {Name}")]
        public static partial void About(ILogger logger, string name);

        [LoggerMessage(LogLevel.Error, "It failed")]
        public static partial void Fails(ILogger logger, Exception e);
    }
}
