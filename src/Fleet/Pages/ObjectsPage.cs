using OrleansOperator.Fleet.Cluster;
using OrleansOperator.Fleet.Html;
using OrleansOperator.Fleet.Objects;

namespace OrleansOperator.Fleet.Pages;

/// <summary>The list of objects.</summary>
/// <param name="kinds">The kinds that there are.</param>
/// <param name="query">What was asked for.</param>
/// <param name="now">The time.</param>
internal sealed class ObjectsPage(FleetKinds kinds, ObjectQuery query, DateTimeOffset now)
{
    private readonly FleetKind? _kind = query.Controller is { } controller ? kinds.Find(controller) : kinds.All is [var only] ? only : null;

    private IReadOnlyList<FleetColumn> Columns => _kind?.Columns ?? kinds.Columns;

    private string Title => _kind is { Resource.Plural: var plural } ? char.ToUpperInvariant(plural[0]) + plural[1..] : "Objects";

    /// <summary>Writes the page.</summary>
    public void Write(HtmlWriter html, FoundPage found)
    {
        var page = found.Page;
        Layout.Begin(html, Title, "/");
        html.Write($"""<div class="title"><h1>{Title}</h1>""");
        Search(html);
        html.Write($"</div>\n");
        Layout.BeginLive(html);
        Layout.Missing(html, found.Silent);
        Layout.NotReady(html, found.NotReady);
        States(html, page.Counts);
        Filters(html);
        if (page.Rows.Count == 0)
            Empty(html, page);
        else
            Table(html, page);
        Layout.End(html);
    }

    private static string Link(ObjectQuery query) => "/" + ObjectQueryText.Format(query);

    private void Search(HtmlWriter html)
    {
        html.Write($"""
            <form action="/" method="get" role="search">
            <input type="search" name="q" id="search" value="{query.Search}" placeholder="Name, namespace, reason or error" aria-label="Search" aria-keyshortcuts="/" maxlength="200" autocomplete="off" spellcheck="false">
            """);
        Hidden("controller", query.Controller);
        Hidden("namespace", query.Namespace);
        Hidden("silo", query.Silo);
        Hidden("state", query.State?.Id());
        Hidden("sort", query is { Sort: RowSort.State, Descending: false } ? null : (query.Descending ? "-" : "") + query.Sort);
        Hidden("limit", query.Limit == new ObjectQuery().Limit ? null : Layout.Plain(query.Limit));
        html.Write($"<button>Search</button></form>");

        void Hidden(string name, string? value)
        {
            if (value is not null)
                html.Write($"""<input type="hidden" name="{name}" value="{value}">""");
        }
    }

    private void States(HtmlWriter html, ObjectCounts counts)
    {
        html.Write($"""
            <nav class="states" aria-label="States">
            <a href="{Link(query with { State = null, From = null, Backwards = false })}"{Current(query.State is null)}><b>{counts.Total}</b>All</a>

            """);
        foreach (var state in ObjectStates.All)
        {
            html.Write($"""<a class="{state.Id()}{(counts[state] == 0 ? " none" : "")}" href="{Link(query with { State = state, From = null, Backwards = false })}"{Current(query.State == state)} title="{Meaning(state)}"><b>{counts[state]}</b>""");
            Layout.State(html, state);
            html.Write($"</a>\n");
        }

        html.Write($"</nav>\n");
        Layout.Bar(html, ObjectStates.All.Select(state => (state.Id(), counts[state])), counts.Total, $"{counts.Ready} of {counts.Total} ready");
    }

    private void Filters(HtmlWriter html)
    {
        var shown = query with { From = null, Backwards = false };
        if (query is { Search: "", Namespace: null, Silo: null, Controller: null })
            return;
        html.Write($"""<p class="filters">""");
        Filter("", query.Search.Length > 0 ? $"“{query.Search}”" : null, shown with { Search = "" });
        Filter("controller ", query.Controller, shown with { Controller = null });
        Filter("namespace ", query.Namespace, shown with { Namespace = null });
        Filter("silo ", query.Silo, shown with { Silo = null });
        html.Write($"</p>\n");

        void Filter(string name, string? value, ObjectQuery without)
        {
            if (value is not null)
                html.Write($"""<a href="{Link(without)}" title="Show all again"><span>{name}<b>{value}</b></span><span aria-hidden="true"> ×</span><span class="unseen"> remove this filter</span></a> """);
        }
    }

    private void Empty(HtmlWriter html, ObjectPage page)
    {
        if (page.Matched > 0)
            html.Write($"""<p class="empty">There are no more rows here. <a href="{Link(query with { From = null, Backwards = false })}">Show the first page</a></p>""");
        else if (query == new ObjectQuery { Sort = query.Sort, Descending = query.Descending, Limit = query.Limit })
            html.Write($"""<p class="empty">There are no objects yet. They appear here as soon as they are created.</p>""");
        else
            html.Write($"""<p class="empty">Nothing fits this search. <a href="/">Show everything</a></p>""");
    }

    private void Table(HtmlWriter html, ObjectPage page)
    {
        html.Write($"""
            <div class="scroll">
            <table class="objects">
            <caption class="unseen">{Title}, one row for each object</caption>
            <thead><tr>
            """);
        Head("State", RowSort.State, descending: false);
        Head("Name", RowSort.Name, descending: false);
        Head("Namespace", RowSort.Namespace, descending: false);
        if (_kind is null)
            Head("Kind", RowSort.Kind, descending: false);
        Head("Reason", RowSort.Reason, descending: false);
        foreach (var column in Columns)
            Head(column.Title, column.Id, descending: true, number: true);
        Head("Reconciled", RowSort.Reconciled, descending: true);
        Head("Took", RowSort.Took, descending: true, number: true);
        Head("Failures", RowSort.Failures, descending: true, number: true);
        Head("Next attempt", RowSort.Retry, descending: true);
        Head("Silo", RowSort.Silo, descending: false);
        html.Write($"</tr></thead>\n<tbody>\n");
        foreach (var row in page.Rows)
            Row(html, row);
        html.Write($"</tbody>\n</table>\n</div>\n");
        Pager(html, page);

        void Head(string title, string sort, bool descending, bool number = false)
        {
            var sorted = query.Sort == sort;
            var next = query with { Sort = sort, Descending = sorted ? !query.Descending : descending, From = null, Backwards = false };
            html.Write($"""<th scope="col"{new HtmlAttribute("class", number ? "number" : null)}{new HtmlAttribute("aria-sort", !sorted ? null : query.Descending ? "descending" : "ascending")}><a href="{Link(next)}">{title}</a></th>""");
        }
    }

    private void Row(HtmlWriter html, ObjectRow row)
    {
        html.Write($"""<tr class="{row.State.Id()}"><td class="state-cell">""");
        Layout.State(html, row.State);
        html.Write($"""
            </td><th scope="row"><a href="{PathOf(row)}">{row.Key.Name}</a></th><td data-label="Namespace"><a href="{Link(query with { Namespace = row.Key.Namespace, From = null, Backwards = false })}">{row.Key.Namespace}</a></td>
            """);
        if (_kind is null)
            html.Write($"""<td data-label="Kind">{row.Kind}</td>""");
        Reason(html, row);
        var columns = kinds.Find(row.Controller)?.Columns ?? [];
        foreach (var column in Columns)
            html.Write($"""<td class="number" data-label="{column.Title}">{Value(columns, row, column)}</td>""");
        html.Write($"""<td data-label="Reconciled">""");
        if (row.Reconciled is { } reconciled)
            Layout.Time(html, reconciled, row.IsRunning ? $"running for {Ages.Rough(now - reconciled)}" : Ages.Ago(now - reconciled));
        html.Write($"""</td><td class="number" data-label="Took">{(row.Took is { } took ? Ages.Took(took) : "")}</td><td class="number" data-label="Failures">{(row.Failures == 0 ? "" : Layout.Plain(row.Failures))}</td><td data-label="Next attempt">""");
        if (row.Retry is { } retry && !row.IsRunning)
            Layout.Time(html, retry, Ages.In(retry - now));
        html.Write($"""</td><td data-label="Silo">{row.Silo}</td></tr>{"\n"}""");
    }

    private static void Reason(HtmlWriter html, ObjectRow row)
    {
        html.Write($"""<td class="reason" data-label="Reason">{row.Reason}""");
        if (row.State == ObjectState.Deleting)
        {
            html.Write($"</td>");
            return;
        }

        if (row.ReadyIsOutdated)
            html.Write($""" <small>of an earlier generation</small>""");
        if (row.Problem is { } problem)
            html.Write($"""<small class="problem">{problem}</small>""");
        else if (row.State != ObjectState.Ready && row.Message.Length > 0)
            html.Write($"<small>{row.Message}</small>");
        html.Write($"</td>");
    }

    private void Pager(HtmlWriter html, ObjectPage page)
    {
        html.Write($"""<nav class="pager" aria-label="Pages of the list"><span>{page.First}–{page.First + page.Rows.Count - 1} of {page.Matched}</span>""");
        Turn("First", page.Previous is null ? null : query with { From = null, Backwards = false }, null);
        Turn("Previous", page.Previous is null ? null : query with { From = page.Previous, Backwards = true }, "prev");
        Turn("Next", page.Next is null ? null : query with { From = page.Next, Backwards = false }, "next");
        Turn("Last", page.Next is null ? null : query with { From = null, Backwards = true }, null);
        html.Write($"</nav>\n");

        void Turn(string name, ObjectQuery? to, string? relation)
        {
            if (to is null)
                html.Write($"""<span class="off">{name}</span>""");
            else
                html.Write($"""<a href="{Link(to)}"{new HtmlAttribute("rel", relation)}>{name}</a>""");
        }
    }

    /// <summary>The page of an object.</summary>
    public static string PathOf(ObjectRow row) =>
        $"/objects/{Uri.EscapeDataString(row.Controller)}/{Uri.EscapeDataString(row.Key.Namespace)}/{Uri.EscapeDataString(row.Key.Name)}";

    private static string Value(IReadOnlyList<FleetColumn> columns, ObjectRow row, FleetColumn column)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Id == column.Id)
                return row.Columns[i].ToString();
        }

        return "";
    }

    private static string Meaning(ObjectState state) => state switch
    {
        ObjectState.Failing => "The last reconcile failed and is tried again with back-off",
        ObjectState.Stalled => "Given up for now: tried again when the object changes, or at the next attempt",
        ObjectState.Deleting => "Being deleted, waiting for finalizers",
        ObjectState.NotReady => "Ready is not True for the newest generation yet",
        _ => "Ready is True for the newest generation",
    };

    private static HtmlAttribute Current(bool current) => new("aria-current", current ? "true" : null);
}
