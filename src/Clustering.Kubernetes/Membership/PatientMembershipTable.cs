using System.Net;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansOperator.Clustering.Kubernetes.Heartbeats;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Clustering.Kubernetes.Membership;

/// <summary>
/// The table as Orleans uses it (<see cref="IMembershipTable"/>). Until this silo is active, an operation waits for what can heal
/// by itself or by an administrator, such as an API server that is away, a missing CRD or permission, because Orleans would
/// give up, and retries at longer intervals each time. From then on what fails is thrown, and Orleans tries again. Either way
/// <see cref="MembershipHealth"/> knows.
/// </summary>
internal sealed class PatientMembershipTable(
    KubernetesMembershipTable table,
    HeartbeatWriter heartbeats,
    MembershipHealth health,
    ILocalSiloDetails self,
    IOptions<ClusterMembershipOptions> options,
    TimeProvider clock) : IMembershipTable
{
    private const string Read = "Reading the membership table";
    private const string Write = "Writing the membership table";
    private const string Heartbeat = "Sending a heartbeat";

    private readonly long _created = clock.GetTimestamp();
    private bool _impatient;

    public Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken = default) =>
        DoAsync(Read, () => DoneAsync(InitializeAsync(tryInitTableVersion, cancellationToken)), cancellationToken);

    public Task DeleteMembershipTableEntriesAsync(string clusterId, CancellationToken cancellationToken = default) =>
        DoAsync(Write, () => DoneAsync(table.DeleteMembershipTableEntriesAsync(clusterId, cancellationToken)), cancellationToken);

    public Task<MembershipTableData> ReadRowAsync(SiloAddress key, CancellationToken cancellationToken = default) =>
        DoAsync(Read, () => table.ReadRowAsync(key, cancellationToken), cancellationToken);

    public Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken = default) =>
        DoAsync(Read, () => ReadAsync(cancellationToken), cancellationToken);

    public Task<bool> InsertRowAsync(MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken = default) =>
        WriteAsync(entry, () => table.InsertRowAsync(entry, tableVersion, cancellationToken), cancellationToken);

    public Task<bool> UpdateRowAsync(MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken = default) =>
        WriteAsync(entry, () => table.UpdateRowAsync(entry, etag, tableVersion, cancellationToken), cancellationToken);

    public Task UpdateIAmAliveAsync(MembershipEntry entry, CancellationToken cancellationToken = default) =>
        DoAsync(Heartbeat, () => DoneAsync(HeartbeatAsync(entry, cancellationToken)), cancellationToken);

    public Task CleanupDefunctSiloEntriesAsync(DateTimeOffset beforeDate, CancellationToken cancellationToken = default) =>
        DoAsync(Write, () => DoneAsync(table.CleanupDefunctSiloEntriesAsync(beforeDate, cancellationToken)), cancellationToken);

    Task IMembershipTable.InitializeMembershipTable(bool tryInitTableVersion) => InitializeMembershipTableAsync(tryInitTableVersion);

    Task IMembershipTable.DeleteMembershipTableEntries(string clusterId) => DeleteMembershipTableEntriesAsync(clusterId);

    Task IMembershipTable.CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => CleanupDefunctSiloEntriesAsync(beforeDate);

    Task<MembershipTableData> IMembershipTable.ReadRow(SiloAddress key) => ReadRowAsync(key);

    Task<MembershipTableData> IMembershipTable.ReadAll() => ReadAllAsync();

    Task<bool> IMembershipTable.InsertRow(MembershipEntry entry, TableVersion tableVersion) => InsertRowAsync(entry, tableVersion);

    Task<bool> IMembershipTable.UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) => UpdateRowAsync(entry, etag, tableVersion);

    Task IMembershipTable.UpdateIAmAlive(MembershipEntry entry) => UpdateIAmAliveAsync(entry);

    /// <summary>What is wrong, in one line, where it may heal by itself or by an administrator; null where it cannot.</summary>
    private static string? Problem(Exception e) => e switch
    {
        OrleansException { InnerException: KubeApiException } => e.Message,
        KubeApiException { Code: null or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError } => e.Message,
        KubeApiException api => AccessDiagnosis.Describe(api),
        _ => null,
    };

    private static async Task<bool> DoneAsync(Task act)
    {
        await act;
        return true;
    }

    private async Task InitializeAsync(bool tryInitTableVersion, CancellationToken cancellationToken)
    {
        await table.InitializeMembershipTableAsync(tryInitTableVersion, cancellationToken);
        await table.CheckNeighboursAsync(self.SiloAddress, cancellationToken);
    }

    private async Task<MembershipTableData> ReadAsync(CancellationToken cancellationToken)
    {
        var read = await table.ReadAllAsync(cancellationToken);
        table.Continuity.Bind();
        return read;
    }

    // Orleans gives its time of this node; what is written is the API server's.
    private Task HeartbeatAsync(MembershipEntry entry, CancellationToken cancellationToken) => entry.SiloAddress.Equals(self.SiloAddress)
        ? heartbeats.WriteAsync(entry.SiloAddress, cancellationToken)
        : table.UpdateIAmAliveAsync(entry, cancellationToken);

    private async Task<bool> WriteAsync(MembershipEntry entry, Func<Task<bool>> write, CancellationToken cancellationToken)
    {
        var isOwn = entry.SiloAddress.Equals(self.SiloAddress);

        // A silo that leaves has no time.
        if (isOwn && entry.Status > SiloStatus.Active)
        {
            _impatient = true;
            table.Continuity.Left();
            await heartbeats.StopAsync();
        }

        var written = await DoAsync(Write, write, cancellationToken);
        _impatient |= isOwn && written && entry.Status == SiloStatus.Active;
        return written;
    }

    private async Task<T> DoAsync<T>(string operation, Func<Task<T>> act, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(Random.Shared);
        while (true)
        {
            try
            {
                var result = await act();
                health.Works(operation);
                return result;
            }
            catch (Exception e) when (Problem(e) is { } problem)
            {
                health.Fails(operation, problem, e is KubeApiException { IsDeniedByAuthorizer: true });
                if (_impatient)
                    throw;
                if (clock.GetElapsedTime(_created) >= options.Value.MaxJoinAttemptTime)
                    throw new OrleansException(problem, e);
                await Task.Delay(backoff.Next((e as KubeApiException)?.RetryAfter), clock, cancellationToken);
            }
        }
    }
}
