using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrleansOperator.Observability;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Admin;

/// <summary>
/// The bearer token of the admin pages, from a file that is read again as it changes, and the sessions of browsers that have shown it.
/// A session is a time of expiry signed with the token: every silo with the same token accepts it, and none after the token has changed.
/// </summary>
internal sealed class AdminToken : IDisposable
{
    /// <summary>As many characters have 64 bits or more, however they are encoded.</summary>
    public const int ShortestToken = 16;

    /// <summary>How long a browser stays signed in.</summary>
    public static readonly TimeSpan SessionLength = TimeSpan.FromHours(12);

    private const int LongestToken = 4096;
    private static readonly TimeSpan s_freshFor = TimeSpan.FromSeconds(1);

    private readonly string _file;
    private readonly TimeProvider _time;
    private readonly LogSummary _problems;
    private readonly Lock _lock = new();
    private byte[]? _key;
    private long _readAt;

    /// <summary>Reads the file for the first time.</summary>
    /// <exception cref="SettingsException">It cannot be read, or its token is too short.</exception>
    public AdminToken(string file, TimeProvider time, ILogger<AdminToken> logger)
    {
        (_file, _time, _problems) = (Path.GetFullPath(file), time, new LogSummary(logger, time));
        (_key, _readAt) = (Read(_file), time.GetTimestamp());
    }

    /// <summary>Whether this is the token; in constant time.</summary>
    public bool Matches(string presented) =>
        Key() is { } key && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(presented)), key);

    /// <summary>A new session; null while the file cannot be read.</summary>
    public string? NewSession() =>
        Key() is { } key ? Session(key, (_time.GetUtcNow() + SessionLength).ToUnixTimeSeconds()) : null;

    /// <summary>Whether this is a session that has not expired, made with the token of now.</summary>
    public bool IsSession(string presented) =>
        presented.Split('.') is [var expiry, _]
        && long.TryParse(expiry, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds > _time.GetUtcNow().ToUnixTimeSeconds()
        && Key() is { } key
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(presented), Encoding.UTF8.GetBytes(Session(key, seconds)));

    /// <inheritdoc/>
    public void Dispose() => _problems.Dispose();

    private static string Session(byte[] key, long expiry) =>
        string.Create(CultureInfo.InvariantCulture, $"{expiry}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes($"admin session {expiry}")))}");

    /// <summary>The hash of the token; null, so that nobody gets in, while the file cannot be read.</summary>
    private byte[]? Key()
    {
        lock (_lock)
        {
            if (_time.GetElapsedTime(_readAt) < s_freshFor)
                return _key;
            _readAt = _time.GetTimestamp();
            try
            {
                _key = Read(_file);
            }
            catch (SettingsException e)
            {
                _key = null;
                _problems.Report(LogLevel.Error, "Nobody can sign in to the admin pages", "token file", e.Message, _file);
            }

            return _key;
        }
    }

    private static byte[] Read(string file)
    {
        try
        {
            if (new FileInfo(file).Length > LongestToken)
                throw Problem($"is larger than {LongestToken} bytes: it has to contain the token and nothing else");
            var token = File.ReadAllText(file).Trim();
            if (token.Length < ShortestToken)
                throw Problem($"has a token of {token.Length} characters: use {ShortestToken} or more, such as from 'openssl rand -hex 32'");
            return SHA256.HashData(Encoding.UTF8.GetBytes(token));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Problem(e is FileNotFoundException or DirectoryNotFoundException ? "does not exist" : $"cannot be read: {e.Message}");
        }

        SettingsException Problem(string problem) => new($"--admin-token-file: {file} {problem}.");
    }
}
