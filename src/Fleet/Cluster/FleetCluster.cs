namespace OrleansOperator.Fleet.Cluster;

/// <summary>Asks all active silos at once. One that does not answer in time is named, and holds up nobody for longer.</summary>
internal sealed class FleetCluster(FleetClient client, IClusterMembershipService membership, TimeProvider clock)
{
    /// <summary>How long a silo may take: far longer than one that is well needs for 100,000 objects, and not too long for who waits.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <summary>Asks the silos, or the one of a name.</summary>
    public async Task<FleetAnswers<T>> AskAsync<T>(Func<IFleetService, Task<T>> ask, string? silo, CancellationToken cancellationToken)
    {
        var asked = membership.CurrentSnapshot.Members.Values
            .Where(member => member.Status == SiloStatus.Active && (silo is null || member.Name == silo))
            .OrderBy(member => member.Name, StringComparer.Ordinal)
            .Select(member => AskAsync(member, ask, cancellationToken));
        var (answers, silent) = (new List<(ClusterMember, T)>(), new List<SiloProblem>());
        foreach (var (member, answer, problem) in await Task.WhenAll(asked))
        {
            if (problem is null)
                answers.Add((member, answer!));
            else
                silent.Add(new SiloProblem(member.Name, problem));
        }

        return new FleetAnswers<T>(answers, silent);
    }

    private async Task<(ClusterMember Member, T? Answer, string? Problem)> AskAsync<T>(ClusterMember member, Func<IFleetService, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return (member, await ask(client.Of(member.SiloAddress)).WaitAsync(Limit, clock, cancellationToken), null);
        }
        catch (TimeoutException)
        {
            return (member, default, $"no answer within {Limit.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is SiloUnavailableException or OrleansMessageRejectionException)
        {
            return (member, default, "it cannot be reached");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever keeps it from answering, the page shows it beside what the others have answered.
            return (member, default, e.Message);
        }
    }
}
