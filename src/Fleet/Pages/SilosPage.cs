using System.Globalization;
using OrleansOperator.Fleet.Cluster;
using OrleansOperator.Fleet.Html;
using OrleansOperator.Fleet.Objects;
using OrleansOperator.Fleet.Silos;
using OrleansOperator.WatchIngest.Health;

namespace OrleansOperator.Fleet.Pages;

/// <summary>The silos: their share of the objects, their feeds, their memory.</summary>
internal static class SilosPage
{
    public static void Write(HtmlWriter html, FleetAnswers<SiloReport> silos, DateTimeOffset now)
    {
        Layout.Begin(html, "Silos", "/silos");
        Layout.BeginLive(html);
        var counts = silos.Answers.Aggregate(new ObjectCounts(), (sum, answer) => sum.Plus(answer.Answer.Counts));
        var count = silos.Answers.Count + silos.Silent.Count;
        html.Write($"""<div class="title"><h1>Silos</h1><span>{count} {(count == 1 ? "silo holds" : "silos hold")} {counts.Total} objects</span></div>{"\n"}""");
        Layout.Missing(html, silos.Silent);
        html.Write($"""
            <table class="cards silos">
            <caption class="unseen">Active silos, one row for each</caption>
            <thead><tr><th scope="col">Silo</th><th scope="col">Objects</th><th scope="col">Reconciles</th><th scope="col">Feeds</th><th scope="col">Memory</th><th scope="col">Up</th></tr></thead>
            <tbody>

            """);
        foreach (var (member, report) in silos.Answers)
            Row(html, member, report, counts.Total, now);
        html.Write($"</tbody>\n</table>\n");
        Layout.End(html);
    }

    private static void Row(HtmlWriter html, ClusterMember member, SiloReport report, int total, DateTimeOffset now)
    {
        var share = total == 0 ? 0 : 100.0 * report.Counts.Total / total;
        html.Write($"""
            <tr><th scope="row">{member.Name}<small>{member.SiloAddress.Endpoint.ToString()}</small></th>
            <td class="wide" data-label="Objects"><a href="/{ObjectQueryText.Format(new ObjectQuery { Silo = member.Name })}">{report.Counts.Total}</a> <small>{share.ToString("0", CultureInfo.InvariantCulture)}%</small>
            """);
        Layout.Bar(html, ObjectStates.All.Select(state => (state.Id(), report.Counts[state])), total, $"{share.ToString("0", CultureInfo.InvariantCulture)}% of all objects");
        foreach (var state in ObjectStates.All.Where(state => state != ObjectState.Ready && report.Counts[state] > 0))
        {
            html.Write($"""<a class="count" href="/{ObjectQueryText.Format(new ObjectQuery { Silo = member.Name, State = state })}">{report.Counts[state]} """);
            Layout.State(html, state);
            html.Write($"</a>");
        }

        html.Write($"""</td><td data-label="Reconciles">{report.Running} running<small>{report.Waiting} waiting, {report.Limit} at most</small></td><td class="wide" data-label="Feeds">""");
        foreach (var feed in report.Feeds)
            Feed(html, feed);
        html.Write($"""</td><td data-label="Memory">{Megabytes(report.ResidentBytes)}<small>{Megabytes(report.HeapBytes)} managed</small></td><td data-label="Up">""");
        Layout.Time(html, report.Started, Ages.Rough(now - report.Started));
        html.Write($"<small>version {report.Version}</small></td></tr>\n");
    }

    private static void Feed(HtmlWriter html, FeedStatus feed)
    {
        html.Write($"""<div class="feed"><b>{feed.Id}</b> """);
        if (feed.NotReady is { } problem)
            html.Write($"""<span class="problem">{problem}</span>""");
        else
            html.Write($"<small>{feed.Objects} objects, heard {Ages.Ago(feed.Age)}, {(!feed.Delivers ? "standby" : feed.Lag == TimeSpan.Zero ? "no lag" : $"lag {Ages.Took(feed.Lag)}")}</small>");
        html.Write($"</div>");
    }

    private static string Megabytes(long bytes) => (bytes / 1048576.0).ToString("0", CultureInfo.InvariantCulture) + " MB";
}
