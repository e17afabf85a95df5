using Microsoft.Extensions.Primitives;
using OrleansOperator.DevCluster.Authentication;
using OrleansOperator.DevCluster.Http;

namespace OrleansOperator.DevCluster.Authorization;

/// <summary>
/// Who acts as whom (apiserver, <c>endpoints/filters/impersonation</c>): a user may act as another, with each name, group, uid and extra value for which it has
/// the verb <c>impersonate</c>.
/// </summary>
internal static class Impersonation
{
    private const string Prefix = "Impersonate-";
    private const string User = "Impersonate-User";
    private const string Groups = "Impersonate-Group";
    private const string Uid = "Impersonate-Uid";
    private const string Extra = "Impersonate-Extra-";
    private const string Verb = "impersonate";

    /// <summary>The user that a request acts as: its own, if it does not ask for another.</summary>
    /// <exception cref="ApiException">403: it may not. 500: groups without a user.</exception>
    public static UserInfo Apply(IHeaderDictionary headers, UserInfo user, Authorizer authorizer)
    {
        var asks = false;
        foreach (var header in headers)
            asks |= header.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);
        return asks ? As(headers, user, authorizer) : user;
    }

    private static UserInfo As(IHeaderDictionary headers, UserInfo user, Authorizer authorizer)
    {
        var (name, uid) = (headers[User].ToString(), headers[Uid].ToString());
        var groups = Texts(headers[Groups]);
        var extra = headers.Where(header => header.Key.StartsWith(Extra, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(header => Uri.UnescapeDataString(header.Key[Extra.Length..].ToLowerInvariant()), header => (IReadOnlyList<string>)Texts(header.Value));
        if (name.Length == 0)
        {
            if (groups.Count > 0 || uid.Length > 0 || extra.Count > 0)
                throw new ApiException(500, "InternalError", $"Internal error occurred: requested groups {GoText.Quote(string.Join(',', groups))}, uid {GoText.Quote(uid)} or extra values without impersonating a user");
            return user;
        }

        void Demand(string group, string resource, string value, string? sub = null, string? ns = null) =>
            authorizer.Demand(RequestAttributes.Of(user, Verb, group, resource, sub, ns, value));

        if (ServiceAccounts.Split(name) is var (ns, account))
            Demand("", "serviceaccounts", account, ns: ns);
        else
            Demand("", "users", name);
        foreach (var group in groups)
            Demand("", "groups", group);
        foreach (var (key, values) in extra)
        {
            foreach (var value in values)
                Demand(IdentityReviewHandler.Group, "userextras", value, key);
        }

        if (uid.Length > 0)
            Demand(IdentityReviewHandler.Group, "uids", uid);
        return new UserInfo(name, WithImplied(name, groups)) { Uid = uid, Extra = extra };
    }

    private static List<string> WithImplied(string name, List<string> asked)
    {
        List<string> groups = asked.Count == 0 && ServiceAccounts.Split(name) is var (ns, _) ? [.. ServiceAccounts.GroupsOf(ns)] : [.. asked];
        if (name == UserInfo.AnonymousName)
        {
            if (!groups.Contains(UserInfo.Unauthenticated))
                groups.Add(UserInfo.Unauthenticated);
        }
        else if (!groups.Contains(UserInfo.Authenticated) && !groups.Contains(UserInfo.Unauthenticated))
        {
            groups.Add(UserInfo.Authenticated);
        }

        return groups;
    }

    private static List<string> Texts(StringValues values) => [.. values.OfType<string>()];
}
