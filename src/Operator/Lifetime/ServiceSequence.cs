using System.Collections.Immutable;

namespace OrleansOperator.Silo.Lifetime;

/// <summary>
/// Starts the steps one after the other, and stops them in reverse: first the feeds, then the silo with its reconciles, then the
/// Events that they recorded. It does so between two points of the host's own lifecycle: the host calls
/// <see cref="StartedAsync"/> when Kestrel listens, and <see cref="StoppingAsync"/> before Kestrel stops. Nothing here holds up
/// the host, so that probes and metrics answer from the first second to the last, for as long as a silo waits to join, and
/// SIGTERM finds the same way out whatever is being waited for.
/// </summary>
internal sealed partial class ServiceSequence : IHostedLifecycleService, IDisposable
{
    /// <summary>What even the last step gets.</summary>
    private static readonly TimeSpan LeastStopTime = TimeSpan.FromSeconds(1);

    /// <summary>How much longer a step is waited for that was asked to hurry.</summary>
    private static readonly TimeSpan Hurry = TimeSpan.FromSeconds(0.3);

    private readonly IServiceProvider _provider;
    private readonly (ServiceStep Step, IHostedService Service)[] _services;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _clock;
    private readonly ILogger<ServiceSequence> _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Stack<(ServiceStep Step, IHostedService Service)> _started = new();
    private Task _starting = Task.CompletedTask;
    private ServiceStep? _interrupted;
    private long _stopStarted;

    public ServiceSequence(
        IEnumerable<ServiceStep> steps, IServiceProvider provider, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<ServiceSequence> logger)
    {
        _services = [.. steps.SelectMany(step => provider.GetKeyedServices<IHostedService>(step.Name).Select(service => (step, service)))];
        (_provider, _lifetime, _clock, _logger) = (provider, lifetime, clock, logger);
    }

    /// <summary>
    /// How long all steps together may take to stop; one that comes later still gets <see cref="LeastStopTime"/>. Running
    /// reconciles need milliseconds; the rest of the time is for Orleans to leave its cluster.
    /// </summary>
    public TimeSpan StopTime { get; set; } = TimeSpan.FromSeconds(6.5);

    /// <summary>What is being started or stopped; null when nothing is.</summary>
    public string? Doing { get; private set; }

    /// <summary>What had not come to its end when its time was up.</summary>
    public ImmutableList<string> Unfinished { get; private set; } = [];

    /// <summary>Why the process stops by itself: a step could not start.</summary>
    public Exception? StartFailure { get; private set; }

    /// <summary>Why the process stops by itself: a part of it crashed.</summary>
    public Exception? Crash { get; private set; }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _starting = Task.Run(StartAllAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stopStarted = _clock.GetTimestamp();
        Log.Stopping(_logger, Doing is null ? "" : $" while {Doing}");
        await _stopping.CancelAsync();
        await EndAsync(Doing ?? "starting", _ => _starting);

        if (_interrupted is { Undo: { } undo } step)
            await EndAsync($"undoing the start of {step.Name}", limit => undo(_provider, limit));
        while (_starting.IsCompleted && _started.TryPop(out var started))
            await EndAsync($"stopping {started.Step.Name}", started.Service.StopAsync);
        if (Unfinished.IsEmpty)
            Log.Stopped(_logger, _clock.GetElapsedTime(_stopStarted).TotalSeconds);
    }

    /// <summary>Whether every step has started.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>Completes when no step is being started any more.</summary>
    public Task Settled() => _starting;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    private async Task StartAllAsync()
    {
        foreach (var (step, service) in _services)
        {
            Doing = $"starting {step.Name}";
            try
            {
                await service.StartAsync(_stopping.Token);
            }
            catch (Exception e)
            {
                _interrupted = step;
                Doing = null;

                // Whatever breaks while it is stopped is no failure.
                if (!_stopping.IsCancellationRequested)
                {
                    StartFailure = e;
                    _lifetime.StopApplication();
                }

                return;
            }

            _started.Push((step, service));
            if (service is BackgroundService { ExecuteTask: { } running })
                _ = WatchAsync(step.Name, running);
        }

        Doing = null;
        HasStarted = true;
    }

    /// <summary>What runs in the background is to run until it is stopped.</summary>
    private async Task WatchAsync(string name, Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_stopping.IsCancellationRequested)
            return;

        Crash = running.Exception?.GetBaseException() ?? new InvalidOperationException($"{name} ended.");
        Log.Crashed(_logger, Crash, name);
        _lifetime.StopApplication();
    }

    private async Task EndAsync(string what, Func<CancellationToken, Task> end)
    {
        Doing = what;
        var time = StopTime - _clock.GetElapsedTime(_stopStarted);
        if (time < LeastStopTime)
            time = LeastStopTime;
        using var limit = new CancellationTokenSource(time, _clock);
        var ending = Task.Run(() => end(limit.Token), CancellationToken.None);
        await Task.WhenAny(ending, Task.Delay(time + Hurry, _clock));
        Doing = null;
        if (!ending.IsCompleted)
            Unfinished = Unfinished.Add(what);
        else if (ending.IsFaulted)
            Log.StopFailed(_logger, what, ending.Exception.GetBaseException().Message);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Stopping{While}")]
        public static partial void Stopping(ILogger logger, string @while);

        [LoggerMessage(LogLevel.Information, "Stopped after {Seconds:0.0} s")]
        public static partial void Stopped(ILogger logger, double seconds);

        [LoggerMessage(LogLevel.Warning, "Failed at {Step}: {Problem}")]
        public static partial void StopFailed(ILogger logger, string step, string problem);

        [LoggerMessage(LogLevel.Critical, "A part of this silo has crashed: {Step}. The process stops, to be restarted.")]
        public static partial void Crashed(ILogger logger, Exception e, string step);
    }
}
