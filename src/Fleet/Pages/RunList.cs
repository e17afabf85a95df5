using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansOperator.Fleet.Html;
using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Journal;

namespace OrleansOperator.Fleet.Pages;

/// <summary>The recent reconciles of an object: what was planned and why, what was written, what was answered.</summary>
internal static class RunList
{
    // What is written here is encoded as HTML afterwards.
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(HtmlWriter html, IReadOnlyList<RunGroup> groups, DateTimeOffset now)
    {
        html.Write($"""<ol class="runs">{"\n"}""");
        foreach (var group in groups)
            Run(html, group, now);
        html.Write($"</ol>\n");
    }

    private static void Run(HtmlWriter html, RunGroup group, DateTimeOffset now)
    {
        var (silo, run) = (group.Latest.Silo, group.Latest.Run);
        html.Write($"""<li class="{(run.Outcome == OutcomeKind.Failed ? "failing" : "done")}"><p>""");
        Layout.Time(html, run.Started, Ages.Ago(now - run.Started));
        html.Write($" <b>{Outcome(run.Outcome)}</b> <span>{Ages.Took(run.Took)}</span> <span>on {silo}</span>");
        if (group.Count > 1)
        {
            html.Write($""" <span class="times">{group.Count} times, first """);
            Layout.Time(html, group.Since, Ages.Ago(now - group.Since));
            html.Write($"</span>");
        }

        html.Write($"</p>");
        if (run.Problem is { } problem)
            html.Write($"""<p class="problem">{problem}</p>""");
        html.Write($"<ol>");
        for (var step = 0; step < run.Steps.Count; step++)
        {
            html.Write($"<li><b>{run.Steps[step].Plan}</b> <span>{run.Steps[step].Why}</span>");
            for (var request = 0; request < run.Steps[step].Requests.Count; request++)
                Request(html, run.Steps[step].Requests[request], string.Create(CultureInfo.InvariantCulture, $"body-{run.Started.UtcTicks}-{step}-{request}"));
            html.Write($"</li>");
        }

        html.Write($"</ol></li>\n");
    }

    private static void Request(HtmlWriter html, RunRequest request, string id)
    {
        html.Write($"""<div class="request"><code>{request.Method} {request.Path}</code><div>""");
        if (request.Failed)
            html.Write($"""<span class="problem">{(request.Code is { } code ? Layout.Plain(code) : "no answer")} {request.Answer}</span>""");
        else
            html.Write($"""<span class="good">OK</span> {request.Answer}""");
        html.Write($" <span>{Ages.Took(request.Took)}</span></div>");
        if (request.Body.Length > 0)
            html.Write($"""<details id="{id}"><summary>What was written</summary><pre>{Pretty(request.Body)}</pre></details>""");
        html.Write($"</div>");
    }

    private static string Outcome(OutcomeKind outcome) => outcome switch
    {
        OutcomeKind.Done => "Done",
        OutcomeKind.Stalled => "Given up for now",
        OutcomeKind.Later => "Checks again later",
        _ => "Failed",
    };

    /// <summary>A body for reading; as it is when it was cut.</summary>
    private static string Pretty(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var text = new System.Buffers.ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(text, Indented))
                document.WriteTo(writer);
            return Encoding.UTF8.GetString(text.WrittenSpan);
        }
        catch (JsonException)
        {
            return Encoding.UTF8.GetString(body) + " …";
        }
    }
}
