using System.Text;

namespace OrleansOperator.KubeApi.Configuration;

/// <summary>
/// Whom requests are made as, in place of the user whose credentials they carry
/// (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation).
/// </summary>
/// <param name="User">The user.</param>
/// <param name="Uid">The user's uid, or null.</param>
/// <param name="Groups">The user's groups; one at most can be sent.</param>
/// <param name="Extra">More about the user, one value for a key.</param>
internal sealed record Impersonation(
    string User, string? Uid, IReadOnlyList<string> Groups, IReadOnlyList<KeyValuePair<string, string>> Extra)
{
    private const string TokenCharacters = "!#$&'*+-.^_`|~";

    /// <summary>The headers that say so to the API server.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; } =
    [
        new("Impersonate-User", User),
        .. Uid is null ? [] : new[] { KeyValuePair.Create("Impersonate-Uid", Uid) },
        .. Groups.Select(static group => KeyValuePair.Create("Impersonate-Group", group)),
        .. Extra.Select(static extra => KeyValuePair.Create("Impersonate-Extra-" + Escape(extra.Key), extra.Value)),
    ];

    /// <summary>Percent-encodes what no header name can have, as client-go does.</summary>
    private static string Escape(string key)
    {
        var name = new StringBuilder(key.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(key))
        {
            if (char.IsAsciiLetterOrDigit((char)octet) || TokenCharacters.Contains((char)octet, StringComparison.Ordinal))
                name.Append((char)octet);
            else
                name.Append(FormattableString.Invariant($"%{octet:X2}"));
        }

        return name.ToString();
    }
}
