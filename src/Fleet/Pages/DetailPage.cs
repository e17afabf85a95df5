using System.Globalization;
using OrleansOperator.Fleet.Cluster;
using OrleansOperator.Fleet.Html;
using OrleansOperator.Fleet.Objects;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Fleet.Pages;

/// <summary>One object: how it stands, and what was decided for it.</summary>
internal sealed class DetailPage(FleetKind kind, ObjectKey key, DateTimeOffset now)
{
    /// <summary>Writes the page.</summary>
    public void Write(HtmlWriter html, FoundObject found)
    {
        Layout.Begin(html, $"{key.Name} · {key.Namespace}", null);
        Layout.BeginLive(html);
        html.Write($"""
            <p class="crumbs"><a href="/">{kind.Resource.Kind}</a> / <a href="/{ObjectQueryText.Format(new ObjectQuery { Namespace = key.Namespace })}">{key.Namespace}</a></p>
            <div class="title name"><h1>{key.Name}</h1>
            """);
        if (found.Detail is { } known)
            Layout.State(html, known.Row.State);
        html.Write($"</div>\n");
        Layout.Missing(html, found.Silent);
        if (found.Detail is { } detail)
            Object(html, detail);
        else
            html.Write($"""<p class="empty">No silo that answers holds this object: it is gone, or on its way to another silo. What was decided for it last is below.</p>""");
        html.Write($"""<h2 id="decisions">Recent decisions</h2>{"\n"}""");
        if (found.Runs.Count == 0)
            html.Write($"""<p class="empty">None are remembered: since the silo holds this object, there was nothing to do, or it is long ago.</p>""");
        else
            RunList.Write(html, RunGroup.Of(found.Runs), now);
        Commands(html);
        Layout.End(html);
    }

    private void Object(HtmlWriter html, ObjectDetail detail)
    {
        var row = detail.Row;
        if (row.Problem is { } problem)
            html.Write($"""<p class="alert"><b>The last reconcile failed</b>, {(row.Failures == 1 ? "once" : $"{Layout.Plain(row.Failures)} times in a row")}: {problem}</p>{"\n"}""");
        else if (row.State != ObjectState.Ready && row.Reason.Length > 0)
            html.Write($"""<p class="alert {row.State.Id()}"><b>{row.Reason}</b>: {row.Message}</p>{"\n"}""");
        html.Write($"""<dl class="facts">""");
        for (var i = 0; i < kind.Columns.Count; i++)
            Fact(kind.Columns[i].Title, row.Columns[i].ToString());
        Fact("Failures", Layout.Plain(row.Failures));
        When("Next attempt", row.Retry, row.Retry is { } retry ? Ages.In(retry - now) : "when something changes");
        When("Last reconcile", row.Reconciled, row.Reconciled is not { } reconciled
            ? "none since this silo holds it"
            : row.Took is { } took ? $"{Ages.Ago(now - reconciled)}, took {Ages.Took(took)}" : $"running for {Ages.Rough(now - reconciled)}");
        When("Last check", detail.Checked, detail.Checked is { } check ? Ages.Ago(now - check) : "not yet");
        Fact("Silo", row.Silo);
        Fact("Generation", detail.Generation.ToString(CultureInfo.InvariantCulture));
        Fact("Resource version", detail.ResourceVersion.ToString(CultureInfo.InvariantCulture));
        Fact("UID", detail.Uid);
        html.Write($"</dl>\n");
        Conditions(html, detail);

        void Fact(string name, string value)
        {
            if (value.Length > 0)
                html.Write($"<div><dt>{name}</dt><dd>{value}</dd></div>");
        }

        void When(string name, DateTimeOffset? time, string text)
        {
            html.Write($"<div><dt>{name}</dt><dd>");
            if (time is { } known)
                Layout.Time(html, known, text);
            else
                html.Write($"{text}");
            html.Write($"</dd></div>");
        }
    }

    private void Conditions(HtmlWriter html, ObjectDetail detail)
    {
        if (detail.Conditions.Length == 0)
            return;
        html.Write($"""
            <h2>Conditions</h2>
            <table class="cards">
            <thead><tr><th scope="col">Type</th><th scope="col">Status</th><th scope="col">Reason</th><th scope="col">Message</th><th scope="col">Since</th></tr></thead>
            <tbody>

            """);
        foreach (var condition in detail.Conditions)
        {
            html.Write($"""<tr><th scope="row">{condition.Type}</th><td>{condition.Status}""");
            if (ObjectStates.IsOutdated(detail.Generation, condition))
                html.Write($" <small>of generation {condition.ObservedGeneration.ToString(CultureInfo.InvariantCulture)}</small>");
            html.Write($"""</td><td data-label="Reason">{condition.Reason}</td><td class="wide reason">{condition.Message}</td><td data-label="Since">""");
            Layout.Time(html, condition.LastTransitionTime, Ages.Ago(now - condition.LastTransitionTime));
            html.Write($"</td></tr>\n");
        }

        html.Write($"</tbody>\n</table>\n");
    }

    private void Commands(HtmlWriter html) => html.Write($"""
        <h2>Look further</h2>
        <pre class="commands">kubectl -n {key.Namespace} describe {kind.Resource.QualifiedName} {key.Name}
        kubectl -n {key.Namespace} get {kind.Resource.QualifiedName} {key.Name} -o yaml</pre>

        """);
}
