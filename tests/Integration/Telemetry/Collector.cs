using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansOperator.Integration.Telemetry;

/// <summary>An OpenTelemetry collector: takes what is sent as OTLP over HTTP, and understands the spans of it.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Span> _spans = new();
    private readonly ConcurrentDictionary<string, long> _bytes = new();

    private Collector(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    public IReadOnlyCollection<Span> Spans => [.. _spans];

    /// <summary>How much of a signal has arrived: traces, metrics or logs.</summary>
    public long BytesOf(string signal) => _bytes.GetValueOrDefault(signal);

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var collector = new Collector(app);
        app.MapPost("/v1/{signal}", collector.TakeAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context, string signal)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        _bytes.AddOrUpdate(signal, body.Length, (_, before) => before + body.Length);
        if (signal != "traces")
            return;

        // ExportTraceServiceRequest.resource_spans (1), ResourceSpans.scope_spans (2), ScopeSpans.spans (2)
        var spans = from resource in Fields(body.ToArray(), 1) from scope in Fields(resource, 2) from span in Fields(scope, 2) select span;
        foreach (var span in spans)
            _spans.Enqueue(Span.Read(span));
    }

    /// <summary>The values of a length-delimited field.</summary>
    private static IEnumerable<byte[]> Fields(byte[] message, int field)
    {
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
        {
            if (tag == WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited))
                yield return input.ReadBytes().ToByteArray();
            else
                input.SkipLastField();
        }
    }

    /// <summary>A span, as far as the tests look at it; ids in hexadecimal.</summary>
    public sealed record Span(string Trace, string Id, string Parent, string Name, IReadOnlyDictionary<string, string> Attributes)
    {
        public static Span Read(byte[] span) => new(
            Hex(span, 1), Hex(span, 2), Hex(span, 4), Text(Fields(span, 5).First()),
            Fields(span, 9).ToDictionary(attribute => Text(Fields(attribute, 1).First()), attribute => Fields(attribute, 2).SelectMany(value => Fields(value, 1)).Select(Text).FirstOrDefault() ?? ""));

        private static string Hex(byte[] span, int field) => Convert.ToHexStringLower(Fields(span, field).FirstOrDefault() ?? []);

        private static string Text(byte[] bytes) => System.Text.Encoding.UTF8.GetString(bytes);
    }
}
