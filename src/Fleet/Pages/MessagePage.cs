using OrleansOperator.Fleet.Html;

namespace OrleansOperator.Fleet.Pages;

/// <summary>A page that says one thing, such as that there is no such object.</summary>
internal static class MessagePage
{
    public static void Write(HtmlWriter html, string title, string message)
    {
        Layout.Begin(html, title, null);
        Layout.BeginLive(html);
        html.Write($"""<h1>{title}</h1><p>{message}</p><p><a href="/">All objects</a></p>""");
        Layout.End(html);
    }
}
