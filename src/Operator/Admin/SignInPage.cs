using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;

namespace OrleansOperator.Silo.Admin;

/// <summary>Asks a browser for the token. The token goes into the body of a POST, never into a URL.</summary>
internal static class SignInPage
{
    public const string TokenField = "token", TargetField = "to";

    private const string Style = """
        :root { color-scheme: light dark }
        body { font: 16px/1.5 system-ui, sans-serif; display: grid; place-content: center; min-height: 90vh; margin: 0 1rem }
        label, input, button { display: block; font: inherit }
        input, button { width: 100%; box-sizing: border-box; margin: .25rem 0 1rem; padding: .5rem .75rem }
        form { width: min(22rem, 90vw) }
        """;

    /// <summary>The policy of this page alone: its own style, and its own form.</summary>
    public static string Policy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>The page.</summary>
    /// <param name="to">The path to go on to.</param>
    /// <param name="problem">Why the last attempt failed; null when there was none.</param>
    public static string Html(string to, string? problem = null) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Sign in · Orleans Operator</title>
        <style>{Style}</style>
        </head>
        <body>
        <main>
        <h1>Orleans Operator</h1>
        <form method="post" action="{AdminSignIn.Path}">
        <input type="hidden" name="{TargetField}" value="{HtmlEncoder.Default.Encode(to)}">
        <label for="token">Token of the admin pages</label>
        <input id="token" name="{TokenField}" type="password" required autofocus autocomplete="current-password"{(problem is null ? "" : " aria-invalid=\"true\" aria-describedby=\"problem\"")}>
        {(problem is null ? "" : $"<p id=\"problem\" role=\"alert\">{HtmlEncoder.Default.Encode(problem)}</p>")}
        <button>Sign in</button>
        </form>
        </main>
        </body>
        </html>

        """;
}
