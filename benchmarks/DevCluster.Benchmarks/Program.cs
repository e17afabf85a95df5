using System.Globalization;
using OrleansOperator.DevCluster;
using OrleansOperator.DevCluster.Benchmarks;

// Speed is measured over a DevCluster process of its own, as a user would run it, with the client in this process. Memory is
// measured over one in this process, whose live bytes can be counted.
var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3;
Console.WriteLine($"{Environment.ProcessorCount} processors");
for (var round = 1; round <= rounds; round++)
{
    await using var server = await ServerProcess.StartAsync();
    using var load = new Load(server.Url);
    await load.PrepareAsync();
    await load.CreateAsync("warm", 5_000, connections: 32);
    var (serverBefore, clientBefore) = (server.ProcessorTime, Environment.CpuUsage.TotalTime);
    var creates = await load.CreateAsync("foo", 10_000, connections: 32);
    var (serverCost, clientCost) = ((server.ProcessorTime - serverBefore).TotalMicroseconds / 10_000, (Environment.CpuUsage.TotalTime - clientBefore).TotalMicroseconds / 10_000);
    await load.DeleteAsync("warm", 5_000, connections: 32);
    var list = await load.ListAsync(repeats: 7);
    var (first, last) = await load.WatchAsync(watchers: 100, repeats: 20);
    Say($"round {round}: {creates:N0} creates/s over 32 connections, each costing the server {serverCost:N0} µs and the client {clientCost:N0} µs of processor time; LIST of 10,000 Foos {list.TotalMilliseconds:N0} ms; one change at 100 watchers: at the first after {first.TotalMilliseconds:N1} ms, at the last after {last.TotalMilliseconds:N1} ms");
}

await AuthorizationAsync(rounds);

await using (var server = await DevClusterServer.StartAsync(new DevClusterOptions { PlainHttp = true }))
{
    using var load = new Load(server.Url);
    await load.PrepareAsync();
    await load.CreateAsync("warm", 1_000, connections: 32);
    var before = GC.GetTotalMemory(forceFullCollection: true);
    await load.CreateAsync("foo", 10_000, connections: 32);
    var after = GC.GetTotalMemory(forceFullCollection: true);
    Say($"memory per stored Foo, with its place in history and its audit entry: {(after - before) / 10_000:N0} bytes");
}

// What RBAC costs: creates of a user who has a role for them, and of the same user where everyone may do everything.
static async Task AuthorizationAsync(int rounds)
{
    var folder = Directory.CreateTempSubdirectory("devcluster-benchmark-");
    var (users, roles) = (Path.Combine(folder.FullName, "users.csv"), Path.Combine(folder.FullName, "roles.yaml"));
    await File.WriteAllTextAsync(users, "token,jane,,developers");
    await File.WriteAllTextAsync(roles, """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: { name: developer }
        rules:
          - { apiGroups: [apiextensions.k8s.io], resources: [customresourcedefinitions], verbs: [create] }
          - { apiGroups: [""], resources: [pods, services, configmaps], verbs: [get, list, watch] }
          - { apiGroups: [samplecontroller.k8s.io], resources: [foos], verbs: [create, delete] }
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: { name: developers }
        roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: developer }
        subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: Group, name: developers }]
        """);
    for (var round = 1; round <= rounds; round++)
    {
        foreach (var mode in new[] { "RBAC", "AlwaysAllow" })
        {
            await using var server = await ServerProcess.StartAsync("--token-auth-file", users, "--apply", roles, "--authorization-mode", mode);
            using var load = new Load(server.Url, "token");
            await load.PrepareAsync();
            await load.CreateAsync("warm", 5_000, connections: 32);
            var before = server.ProcessorTime;
            var creates = await load.CreateAsync("foo", 10_000, connections: 32);
            Say($"round {round}, {mode}: {creates:N0} creates/s, each costing the server {(server.ProcessorTime - before).TotalMicroseconds / 10_000:N0} µs of processor time");
        }
    }

    folder.Delete(recursive: true);
}

static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
