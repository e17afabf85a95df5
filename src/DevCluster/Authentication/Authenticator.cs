using OrleansOperator.DevCluster.Faults;
using OrleansOperator.DevCluster.Http;

namespace OrleansOperator.DevCluster.Authentication;

/// <summary>Finds out who sends a request: by client certificate or by bearer token, a service account's included.</summary>
internal sealed class Authenticator
{
    private const string Scheme = "Bearer ";

    private readonly DevClusterOptions _options;
    private readonly ClientCertificates? _certificates;
    private readonly ServiceAccountTokens _serviceAccounts;
    private readonly FaultInjector _faults;
    private readonly Dictionary<string, UserInfo>.AlternateLookup<ReadOnlySpan<char>> _tokens;

    public Authenticator(DevClusterOptions options, ClientCertificates? certificates, ServiceAccountTokens serviceAccounts, FaultInjector faults)
    {
        (_options, _certificates, _serviceAccounts, _faults) = (options, certificates, serviceAccounts, faults);
        _tokens = options.Users.ToDictionary(user => user.Token, user => UserInfo.Of(user.Name, user.Groups, user.Uid), StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>
    /// Whether a request without credentials is the administrator's: over plain HTTP clients send none, so they are only wanted where a user has any.
    /// </summary>
    private bool IsOpen => _certificates is null && AdministratorToken is null && _options.Users.Count == 0;

    private string? AdministratorToken => _faults.Token ?? _options.Token;

    /// <exception cref="ApiException">401: the credentials are wrong, or no longer valid.</exception>
    public UserInfo Authenticate(HttpContext http)
    {
        var certificate = _certificates is null ? null : http.Connection.ClientCertificate;
        if (certificate is not null && _certificates!.Find(certificate) is { } owner)
            return owner;
        var header = http.Request.Headers.Authorization.ToString();
        if (header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return FindToken(header.AsSpan(Scheme.Length).Trim()) ?? throw ApiErrors.Unauthorized();
        if (certificate is not null)
            throw ApiErrors.Unauthorized();
        return IsOpen ? UserInfo.Administrator : UserInfo.Anonymous;
    }

    /// <summary>The user of a token, or null.</summary>
    /// <param name="token">The token.</param>
    /// <param name="audience">Whom it has to be for. Only tokens of service accounts are for some and not for others.</param>
    public UserInfo? FindToken(ReadOnlySpan<char> token, string audience = ServiceAccountTokens.Issuer)
    {
        if (AdministratorToken is { } administrator && token.SequenceEqual(administrator))
            return UserInfo.Administrator;
        return _tokens.TryGetValue(token, out var user) ? user : _serviceAccounts.Find(token, audience);
    }
}
