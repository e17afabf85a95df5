using System.Globalization;
using OrleansOperator.Fleet.Cluster;
using OrleansOperator.Fleet.Html;
using OrleansOperator.Fleet.Objects;

namespace OrleansOperator.Fleet.Pages;

/// <summary>What all pages have in common.</summary>
internal static class Layout
{
    /// <summary>Id of the part that the script replaces at each refresh.</summary>
    private const string Live = "live";

    /// <summary>The head, the navigation, and the title of a page.</summary>
    /// <param name="html">The page.</param>
    /// <param name="title">Its title.</param>
    /// <param name="path">Path of the navigation entry that it belongs to; null for none.</param>
    public static void Begin(HtmlWriter html, string title, string? path)
    {
        html.Write($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>{title} · Orleans Operator</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <link rel="icon" href="{Asset.Icon.Url}">
            <link rel="stylesheet" href="{Asset.Style.Url}">
            <script src="{Asset.Script.Url}" defer></script>
            <noscript><meta http-equiv="refresh" content="15"></noscript>
            </head>
            <body>
            <a class="skip" href="#main">Skip to content</a>
            <header>
            <a class="brand" href="/"><img src="{Asset.Icon.Url}" alt="" width="22" height="22">Orleans Operator</a>
            <nav aria-label="Pages">
            <a href="/"{Current(path, "/")}>Objects</a>
            <a href="/silos"{Current(path, "/silos")}>Silos</a>
            <a href="/dashboard/">Orleans dashboard</a>
            </nav>
            <div class="refresh" hidden><span id="contact" role="status"></span><button id="pause" type="button" aria-pressed="false">Pause</button></div>
            </header>
            <main id="main">

            """);
    }

    /// <summary>What follows is replaced at each refresh.</summary>
    public static void BeginLive(HtmlWriter html) => html.Write($"""<div id="{Live}">{"\n"}""");

    /// <summary>The end of a page.</summary>
    public static void End(HtmlWriter html) => html.Write($"</div>\n</main>\n</body>\n</html>\n");

    /// <summary>A time, with the exact one behind what people read.</summary>
    public static void Time(HtmlWriter html, DateTimeOffset time, string text)
    {
        var utc = time.UtcDateTime;
        html.Write($"""
            <time datetime="{utc.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)}" title="{utc.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC">{text}</time>
            """);
    }

    /// <summary>The silos whose objects are missing on a page.</summary>
    public static void Missing(HtmlWriter html, IReadOnlyList<SiloProblem> silent)
    {
        foreach (var silo in silent)
            html.Write($"""<p class="alert" role="alert"><b>Silo {silo.Name} does not answer</b>, so its objects are missing here: {silo.Problem}</p>{"\n"}""");
    }

    /// <summary>Why objects may be missing on a page.</summary>
    public static void NotReady(HtmlWriter html, IReadOnlyList<SiloProblem> problems)
    {
        foreach (var silo in problems)
            html.Write($"""<p class="alert" role="alert"><b>Silo {silo.Name} is not ready</b>, so objects may be missing here: {silo.Problem}</p>{"\n"}""");
    }

    /// <summary>A state, by shape, colour and word.</summary>
    public static void State(HtmlWriter html, ObjectState state) =>
        html.Write($"""<span class="state {state.Id()}"><i aria-hidden="true"></i>{Name(state)}</span>""");

    /// <summary>The state in words.</summary>
    public static string Name(ObjectState state) => state switch
    {
        ObjectState.Failing => "Failing",
        ObjectState.Stalled => "Stalled",
        ObjectState.Deleting => "Deleting",
        ObjectState.NotReady => "Not ready",
        _ => "Ready",
    };

    /// <summary>A share of a whole as a bar; one above zero can always be seen.</summary>
    public static void Bar(HtmlWriter html, IEnumerable<(string Style, int Count)> shares, int whole, string description)
    {
        const int Width = 1000;
        const int Least = 6;
        html.Write($"""<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="{description}">""");
        var (x, rest) = (0, whole);
        foreach (var (style, count) in shares.Where(share => share.Count > 0))
        {
            rest -= count;
            var width = rest == 0 ? Width - x : Math.Min(Width - x, Math.Max(Least, (int)((long)Width * count / whole)));
            html.Write($"""<rect class="{style}" x="{Plain(x)}" y="0" width="{Plain(width)}" height="10"/>""");
            x += width;
        }

        html.Write($"</svg>\n");
    }

    /// <summary>A number without separators, for attributes.</summary>
    public static string Plain(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static HtmlAttribute Current(string? path, string entry) => new("aria-current", path == entry ? "page" : null);
}
