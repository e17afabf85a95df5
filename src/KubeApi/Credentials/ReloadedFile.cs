using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace OrleansOperator.KubeApi.Credentials;

/// <summary>
/// Files that others replace, as the kubelet and cert-manager do: read again after a minute, as client-go does with tokens, and at
/// once when what they say was refused. While they cannot be read, what they said before is used.
/// </summary>
/// <typeparam name="T">What the files say.</typeparam>
internal sealed partial class ReloadedFile<T>
    where T : class
{
    private static readonly TimeSpan s_maxAge = TimeSpan.FromMinutes(1);

    private readonly string[] _paths;
    private readonly Func<string[], T> _parse;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private string[] _texts = [];
    private T? _value;
    private long _readAt;
    private bool _expired = true;
    private string? _problem;

    /// <param name="paths">The files, which are read together.</param>
    /// <param name="parse">From their texts, in the same order, to what they say. Called when a text has changed.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it is told that the files cannot be read.</param>
    public ReloadedFile(string[] paths, Func<string[], T> parse, TimeProvider time, ILogger logger) =>
        (_paths, _parse, _time, _logger) = (paths, parse, time, logger);

    /// <summary>What the files say; the same instance for as long as they say the same.</summary>
    /// <exception cref="CredentialException">They cannot be read, and could not be before.</exception>
    public T Current
    {
        get
        {
            lock (_lock)
            {
                if (_value is null || _expired || _time.GetElapsedTime(_readAt) >= s_maxAge)
                    Read();
                return _value!;
            }
        }
    }

    /// <summary>The next one to ask reads the files.</summary>
    public void Expire()
    {
        lock (_lock)
            _expired = true;
    }

    private void Read()
    {
        try
        {
            string[] texts = [.. _paths.Select(File.ReadAllText)];
            if (_value is null || !texts.AsSpan().SequenceEqual(_texts))
                (_value, _texts) = (_parse(texts), texts);
            (_readAt, _expired, _problem) = (_time.GetTimestamp(), false, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or CredentialException)
        {
            if (_value is null)
                throw new CredentialException(e.Message.TrimEnd('.'), e);

            // Caught while they are being replaced: what is at hand is most likely still good. The next request tries again.
            if (_problem != e.Message)
                LogUnreadable(_logger, string.Join(", ", _paths), _problem = e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Files} cannot be read; the credentials read before are used: {Problem}")]
    private static partial void LogUnreadable(ILogger logger, string files, string problem);
}
