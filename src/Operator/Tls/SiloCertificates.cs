using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Tls;

/// <summary>
/// The certificates of <c>--tls-directory</c>, read again every few seconds: new connections use the newest that are good. Polling
/// finds every way in which files are replaced, a Secret's exchanged links included, and costs three small reads.
/// </summary>
internal sealed partial class SiloCertificates : BackgroundService
{
    /// <summary>The kubelet takes up to a minute to mount a changed Secret.</summary>
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(5);

    /// <summary>cert-manager renews when a third of the lifetime is left, which is 8 hours of a day: less is late.</summary>
    private static readonly TimeSpan s_late = TimeSpan.FromHours(6);

    private readonly string _folder;
    private readonly string? _name;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private CertificateFiles _files;
    private volatile SiloIdentity _current;
    private string? _problem;
    private bool _late;

    /// <summary>Reads the folder for the first time.</summary>
    /// <exception cref="SettingsException">What is there cannot be used.</exception>
    public SiloCertificates(string folder, string? name, TimeProvider time, ILogger<SiloCertificates> logger)
    {
        (_folder, _name, _time, _logger) = (Path.GetFullPath(folder), name, time, logger);
        _files = CertificateFiles.Read(_folder);
        _current = SiloIdentity.Read(_files, _name, time.GetUtcNow());
    }

    /// <summary>The newest certificates that are good.</summary>
    public SiloIdentity Current => _current;

    /// <summary>Takes what is new and good; logs once what is new and cannot be used, and once that there is nothing new for too long.</summary>
    public void Reload()
    {
        string? problem = null;
        try
        {
            var files = CertificateFiles.Read(_folder);
            if (files != _files)
            {
                _current = SiloIdentity.Read(files, _name, _time.GetUtcNow());
                _files = files;
                Log.Reloaded(_logger, _folder, Expiry, _current.Authorities.Count);
            }
        }
        catch (SettingsException e)
        {
            problem = e.Message;
            if (problem != _problem)
                Log.NotUsable(_logger, Expiry, problem);
        }

        _problem = problem;
        var late = _time.GetUtcNow() + s_late > _current.Certificate.NotAfter;
        if (late && !_late)
            Log.ExpiresSoon(_logger, _folder, Expiry);
        _late = late;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_period, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Reload();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private DateTime Expiry => _current.Certificate.NotAfter.ToUniversalTime();

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "New certificates in {Folder}: new connections use them. Valid until {NotAfter:yyyy-MM-dd HH:mm}Z, {Authorities} authorities")]
        public static partial void Reloaded(ILogger logger, string folder, DateTime notAfter, int authorities);

        [LoggerMessage(LogLevel.Error, "New certificates cannot be used; the last ones stay in use, valid until {NotAfter:yyyy-MM-dd HH:mm}Z. {Problem}")]
        public static partial void NotUsable(ILogger logger, DateTime notAfter, string problem);

        [LoggerMessage(LogLevel.Error, "The certificate in {Folder} expires at {NotAfter:yyyy-MM-dd HH:mm}Z and has not been renewed: after that no silo can connect to this one, or this one to them")]
        public static partial void ExpiresSoon(ILogger logger, string folder, DateTime notAfter);
    }
}
