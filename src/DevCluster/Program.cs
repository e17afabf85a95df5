using System.CommandLine;
using OrleansOperator.DevCluster;

var urls = new Option<string>("--urls")
{
    Description = "The address to listen on: loopback only, unless told otherwise.",
    DefaultValueFactory = _ => "http://127.0.0.1:7443",
};
var kubeconfig = new Option<string?>("--kubeconfig") { Description = "Write a kubeconfig for the server to this file." };
var token = new Option<string?>("--token") { Description = "The administrator's bearer token. Without one, everyone is an administrator." };
var loops = new Option<bool>("--loops")
{
    Description = "Run the stand-in for the deployment controller, and garbage collection.",
    DefaultValueFactory = _ => true,
};
var delay = new Option<double>("--available-delay") { Description = "Seconds until the replicas of a Deployment are available." };
var apply = new Option<string[]>("--apply")
{
    Description = "Apply the manifests in this file, or in the .yaml files of this folder; may be repeated.",
    HelpName = "PATH",
    DefaultValueFactory = _ => [],
};
var gates = new Option<string?>("--feature-gates") { Description = "Such as ShardedListAndWatch=true." };
var command = new RootCommand("An embedded Kubernetes API server, in memory.") { urls, kubeconfig, token, loops, delay, apply, gates };
command.SetAction(async (result, cancellationToken) =>
{
    var options = new DevClusterOptions
    {
        Url = result.GetValue(urls),
        Token = result.GetValue(token),
        Loops = result.GetValue(loops),
        AvailableDelay = TimeSpan.FromSeconds(result.GetValue(delay)),
        ShardedListAndWatch = (result.GetValue(gates) ?? "").Split(',').Contains("ShardedListAndWatch=true"),
    };
    try
    {
        await using var server = await DevClusterServer.StartAsync(options, cancellationToken);
        if (result.GetValue(kubeconfig) is { } file)
            server.WriteKubeconfig(file);
        foreach (var manifest in result.GetValue(apply)!.SelectMany(ManifestsIn))
            await server.ApplyAsync(await File.ReadAllTextAsync(manifest, cancellationToken), cancellationToken);
        Console.WriteLine($"DevCluster ready at {server.Url.ToString().TrimEnd('/')}");
        await server.WaitForShutdownAsync(cancellationToken);
        return 0;
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or InvalidOperationException)
    {
        await Console.Error.WriteLineAsync($"{e.Message} Check --urls ({options.Url}), --kubeconfig and --apply.");
        return 1;
    }
});
return await command.Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = null });

static IEnumerable<string> ManifestsIn(string path) =>
    Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.yaml").Order(StringComparer.Ordinal) : [path];
