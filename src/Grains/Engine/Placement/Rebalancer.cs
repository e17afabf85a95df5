using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Core.Internal;
using OrleansOperator.Grains.Engine.Metrics;

namespace OrleansOperator.Grains.Engine.Placement;

/// <summary>
/// Moves grains of this silo whose home is another: after a silo has come, and now and then, because a grain may have been
/// placed while silos saw different memberships. At a bounded pace; the grains carry their knowledge, so that a move costs the
/// API server nothing.
/// </summary>
internal sealed partial class Rebalancer(
    LocalReconcilers local, IClusterMembershipService membership, ILocalSiloDetails silo, IOptions<ReconcilerOptions> options,
    ReconcilerMetrics metrics, TimeProvider clock, ILogger<Rebalancer> logger) : BackgroundService
{
    /// <summary>How many times a second moves are started, so that the pace is even.</summary>
    private const int BatchesPerSecond = 20;

    /// <summary>A silo that has just come is left to start before it is given work, and one that comes and goes gets none.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);

    /// <summary>How often grains are looked for that are not at home although nothing has changed. A look costs microseconds.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    private MembershipVersion _seen = MembershipVersion.MinValue;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await ChangeOrPeriodAsync(stoppingToken);
                await Task.Delay(Settle, clock, stoppingToken);
                await MoveAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops: its grains are activated anew elsewhere.
        }
    }

    private async Task ChangeOrPeriodAsync(CancellationToken stoppingToken)
    {
        using var period = new CancellationTokenSource(Period, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(period.Token, stoppingToken);
        try
        {
            await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(either.Token))
            {
                if (snapshot.Version != _seen)
                    return;
            }
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // Nothing has changed for a while.
        }
    }

    private async Task MoveAsync(CancellationToken stoppingToken)
    {
        var strangers = Strangers();
        if (strangers.Count == 0)
            return;

        Log.Moving(logger, strangers.Count);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1) / BatchesPerSecond, clock);
        foreach (var batch in strangers.Chunk(Math.Max(1, options.Value.MovesPerSecond / BatchesPerSecond)))
        {
            await timer.WaitForNextTickAsync(stoppingToken);

            // Membership may have changed again: a home that is not there any more is asked for anew by the move itself.
            await Task.WhenAll(batch.Select(MoveAsync));
        }
    }

    /// <summary>The grains that are active here, and whose home is another silo.</summary>
    private List<IGrainContext> Strangers()
    {
        var snapshot = membership.CurrentSnapshot;
        _seen = snapshot.Version;
        SiloAddress[] active = [.. snapshot.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress)];
        return active.Contains(silo.SiloAddress) ? [.. local.All.Where(grain => Home.Of(grain.GrainId, active) != silo.SiloAddress)] : [];
    }

    private async Task MoveAsync(IGrainContext grain)
    {
        try
        {
            // Asks the placement first, and does nothing if that says that the grain is at home.
            await grain.GrainReference.Cast<IGrainManagementExtension>().MigrateOnIdle();
            metrics.Moved();
        }
        catch (Exception e)
        {
            // It stays where it is and works; the next look moves it.
            Log.NotMoved(logger, grain.GrainId, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Count} grains have another silo as their home and move there")]
        public static partial void Moving(ILogger logger, int count);

        [LoggerMessage(LogLevel.Debug, "Moving grain {Grain} failed: {Problem}")]
        public static partial void NotMoved(ILogger logger, GrainId grain, string problem);
    }
}
