using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Authentication;

/// <summary>
/// Tokens of service accounts: signed JSON Web Tokens with an expiry, which end with the account, and with the pod or secret that they are bound
/// to (Kubernetes, <c>pkg/serviceaccount</c>). They are signed with ES256, by a key that lives as long as the server.
/// </summary>
internal sealed class ServiceAccountTokens(ObjectStore store, TimeProvider clock)
{
    /// <summary>Who issues tokens, and whom they are for unless they say otherwise.</summary>
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";

    private const string Claims = "kubernetes.io";

    /// <summary>How many verified tokens are cached; then the cache is cleared.</summary>
    private const int MaxVerified = 1000;

    private readonly Lazy<ECDsa> _key = new(() => ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private readonly ConcurrentDictionary<string, Verified> _verified = new(StringComparer.Ordinal);

    /// <summary>A token of a service account.</summary>
    /// <param name="account">The account.</param>
    /// <param name="audiences">Whom it is for.</param>
    /// <param name="lifetime">How long it is valid.</param>
    /// <param name="bound">The Pod or Secret that it ends with, or null.</param>
    public (string Token, DateTimeOffset Expires) Issue(StoredObject account, IEnumerable<string> audiences, TimeSpan lifetime, (string Kind, StoredObject Object)? bound = null)
    {
        var now = clock.GetUtcNow();
        var expires = now + lifetime;
        var about = new JsonObject { ["namespace"] = account.Namespace, ["serviceaccount"] = Reference(account) };
        if (bound is var (kind, obj))
            about[kind.ToLowerInvariant()] = Reference(obj);
        var payload = new JsonObject
        {
            ["aud"] = new JsonArray([.. audiences.Select(audience => JsonValue.Create(audience))]),
            ["exp"] = expires.ToUnixTimeSeconds(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["iss"] = Issuer,
            ["jti"] = Guid.NewGuid().ToString(),
            [Claims] = about,
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["sub"] = ServiceAccounts.UserName(account.Namespace, account.Name),
        };
        var signed = $"{Base64Url.EncodeToString("""{"alg":"ES256","typ":"JWT"}"""u8)}.{Base64Url.EncodeToString(payload.ToUtf8())}";
        return ($"{signed}.{Base64Url.EncodeToString(_key.Value.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}", expires);
    }

    /// <summary>The service account whose token this is; null when it is none, has expired, or what it belongs to is gone.</summary>
    /// <param name="token">The token.</param>
    /// <param name="audience">Whom it has to be for.</param>
    public UserInfo? Find(ReadOnlySpan<char> token, string audience = Issuer)
    {
        if (!_verified.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(token, out var verified))
        {
            verified = Verify(token);
            if (verified is null)
                return null;
            if (_verified.Count >= MaxVerified)
                _verified.Clear();
            _verified[token.ToString()] = verified;
        }

        var now = clock.GetUtcNow();
        return now >= verified.NotBefore && now < verified.Expires && verified.Audiences.Contains(audience) && verified.Owners.All(IsThere) ? verified.User : null;
    }

    private bool IsThere(Owner owner) => store.Find(owner.Resource, owner.Namespace, owner.Name) is { } found && found.Uid == owner.Uid;

    private Verified? Verify(ReadOnlySpan<char> token)
    {
        var end = token.LastIndexOf('.');
        var middle = end < 0 ? -1 : token[..end].IndexOf('.');
        if (middle < 0 || !Base64Url.IsValid(token[(end + 1)..]) || !Base64Url.IsValid(token[(middle + 1)..end]))
            return null;
        var signature = Base64Url.DecodeFromChars(token[(end + 1)..]);
        var signed = new byte[Encoding.UTF8.GetByteCount(token[..end])];
        Encoding.UTF8.GetBytes(token[..end], signed);
        if (!_key.Value.VerifyData(signed, signature, HashAlgorithmName.SHA256))
            return null;

        // What the key has signed was written here.
        var payload = JsonNode.Parse(Base64Url.DecodeFromChars(token[(middle + 1)..end]))!;
        var about = payload[Claims]!;
        var (ns, account) = (about.Text("namespace")!, about["serviceaccount"]!);
        var owners = new List<Owner> { new("serviceaccounts", ns, account.Text("name")!, account.Text("uid")!) };
        foreach (var kind in new[] { "pod", "secret" })
        {
            if (about[kind] is { } bound)
                owners.Add(new Owner(kind + "s", ns, bound.Text("name")!, bound.Text("uid")!));
        }

        var extra = new Dictionary<string, IReadOnlyList<string>> { ["authentication.kubernetes.io/credential-id"] = ["JTI=" + payload.Text("jti")] };
        if (about["pod"] is { } pod)
        {
            extra["authentication.kubernetes.io/pod-name"] = [pod.Text("name")!];
            extra["authentication.kubernetes.io/pod-uid"] = [pod.Text("uid")!];
        }

        return new Verified(
            UserInfo.Of(payload.Text("sub")!, ServiceAccounts.GroupsOf(ns), account.Text("uid")!) with { Extra = extra },
            [.. payload.List("aud")!.Select(audience => audience!.GetValue<string>())],
            DateTimeOffset.FromUnixTimeSeconds(payload.Number("nbf")!.Value), DateTimeOffset.FromUnixTimeSeconds(payload.Number("exp")!.Value), [.. owners]);
    }

    private static JsonObject Reference(StoredObject obj) => new() { ["name"] = obj.Name, ["uid"] = obj.Uid };

    /// <summary>An object without which a token is not valid.</summary>
    private readonly record struct Owner(string Resource, string Namespace, string Name, string Uid);

    /// <summary>What a token says whose signature is right.</summary>
    private sealed record Verified(UserInfo User, string[] Audiences, DateTimeOffset NotBefore, DateTimeOffset Expires, Owner[] Owners);
}
