using System.Net;
using System.Text;

namespace OrleansOperator.LoadTest.Reporting;

/// <summary>Writes a report as one page that needs nothing else.</summary>
internal static class HtmlReport
{
    private const string Style = """
        :root { color-scheme: light dark; --text: #1f2328; --muted: #59636e; --page: #ffffff; --line: #d1d9e0; --good: #1a7f37; --bad: #cf222e; --head: #f6f8fa; }
        @media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --muted: #9198a1; --page: #0d1117; --line: #3d444d; --good: #3fb950; --bad: #f85149; --head: #161b22; } }
        body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page); }
        h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .4rem; }
        .verdict { font-weight: 600; margin: .2rem 0; } .good { color: var(--good); } .bad { color: var(--bad); }
        .note { color: var(--muted); margin: .2rem 0 .6rem; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; } dt { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; }
        .scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .9rem; }
        th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: right; } th { background: var(--head); font-weight: 600; vertical-align: bottom; }
        th:first-child, td:first-child { text-align: left; }
        img { max-width: 100%; height: auto; } li { overflow-wrap: anywhere; }
        """;

    public static string Of(ReportModel report, IReadOnlyList<Chart> charts)
    {
        var html = new StringBuilder();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append("<title>").Append(Text(report.Title)).Append("</title>\n<style>\n").Append(Style).Append("\n</style>\n</head>\n<body>\n")
            .Append("<h1>").Append(Text(report.Title)).Append("</h1>\n");
        foreach (var verdict in report.Verdict)
            html.Append("<p class=\"verdict ").Append(report.IsGood ? "good" : "bad").Append("\">").Append(Text(verdict)).Append("</p>\n");
        if (report.Facts.Count > 0)
        {
            html.Append("<dl>\n");
            foreach (var (name, value) in report.Facts)
                html.Append("<dt>").Append(Text(name)).Append("</dt><dd>").Append(Text(value)).Append("</dd>\n");
            html.Append("</dl>\n");
        }

        if (report.Missing.Count > 0)
        {
            html.Append("<h2>What did not converge</h2>\n<ul>\n");
            foreach (var name in report.Missing)
                html.Append("<li>").Append(Text(name)).Append("</li>\n");
            html.Append("</ul>\n");
        }

        var head = report.Tables.Take(2).ToList();
        head.ForEach(table => Table(html, table));
        foreach (var chart in charts)
            Picture(html, chart);
        foreach (var table in report.Tables.Skip(head.Count))
            Table(html, table);
        return html.Append("</body>\n</html>\n").ToString();
    }

    private static void Table(StringBuilder html, ReportTable table)
    {
        html.Append("<h2>").Append(Text(table.Title)).Append("</h2>\n");
        if (table.Note is { } note)
            html.Append("<p class=\"note\">").Append(Text(note)).Append("</p>\n");
        html.Append("<div class=\"scroll\"><table>\n<thead><tr>");
        foreach (var column in table.Columns)
            html.Append("<th scope=\"col\">").Append(Text(column)).Append("</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in table.Rows)
        {
            html.Append("<tr>");
            foreach (var cell in row)
                html.Append("<td>").Append(Text(cell)).Append("</td>");
            html.Append("</tr>\n");
        }

        html.Append("</tbody></table></div>\n");
    }

    private static void Picture(StringBuilder html, Chart chart) => html
        .Append("<h2>").Append(Text(chart.Title)).Append("</h2>\n<picture><source media=\"(prefers-color-scheme: dark)\" srcset=\"").Append(Data(chart.Dark))
        .Append("\"><img alt=\"").Append(Text(chart.Title)).Append("\" src=\"").Append(Data(chart.Light)).Append("\"></picture>\n");

    private static string Data(string svg) => "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(svg));

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
