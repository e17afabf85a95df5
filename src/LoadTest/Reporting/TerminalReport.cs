using Spectre.Console;

namespace OrleansOperator.LoadTest.Reporting;

/// <summary>Writes a report to a terminal, or as plain text where there is none.</summary>
internal static class TerminalReport
{
    /// <summary>Tables that stand in report.html only, because they are long.</summary>
    private static readonly string[] s_long = ["Processes", "Requests of the silos"];

    public static void Write(IAnsiConsole console, ReportModel report)
    {
        console.WriteLine();
        console.Write(new Rule(Markup.Escape(report.Title)).LeftJustified());
        var facts = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn();
        foreach (var (name, value) in report.Facts)
            facts.AddRow(new Text(name, new Style(Color.Grey)), new Text(value));
        if (report.Facts.Count > 0)
            console.Write(facts);
        foreach (var table in report.Tables.Where(table => !s_long.Contains(table.Title)))
        {
            console.WriteLine();
            console.Write(Of(table));
            if (table.Note is not null)
                console.Write(new Text(table.Note + Environment.NewLine, new Style(Color.Grey)));
        }

        console.WriteLine();
        foreach (var name in report.Missing)
            console.Write(new Text(name + Environment.NewLine, new Style(Color.Red)));
        foreach (var verdict in report.Verdict)
            console.Write(new Text(verdict + Environment.NewLine, new Style(report.IsGood ? Color.Green : Color.Red, decoration: Decoration.Bold)));
    }

    private static Table Of(ReportTable report)
    {
        var table = new Table().Title(Markup.Escape(report.Title)).RoundedBorder();
        for (var i = 0; i < report.Columns.Count; i++)
        {
            var column = new TableColumn(new Text(report.Columns[i], new Style(Color.Grey)));
            table.AddColumn(i == 0 ? column : column.RightAligned());
        }

        foreach (var row in report.Rows)
            table.AddRow(row.Select(cell => new Text(cell)));
        return table;
    }
}
