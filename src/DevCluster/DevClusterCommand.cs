using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net.Sockets;
using OrleansOperator.DevCluster.Authentication;

namespace OrleansOperator.DevCluster;

/// <summary>The command line: its options, and what it says when one of them is wrong.</summary>
internal static class DevClusterCommand
{
    private const string Rbac = "RBAC";
    private const string AlwaysAllow = "AlwaysAllow";
    private const double MostSeconds = 24 * 60 * 60;

    /// <summary>Runs it until it is stopped, and returns the exit code. What a user can remedy is one line and exit code 1.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="error">Where that line goes.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter error)
    {
        try
        {
            var result = Create(error).Parse(args);
            if (result.Errors.Count > 0)
                throw new UsageException($"{result.Errors[0].Message} --help lists all options.");
            return await result.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (UsageException e)
        {
            await error.WriteLineAsync(e.Message.ReplaceLineEndings(" "));
            return 1;
        }
    }

    private static RootCommand Create(TextWriter error)
    {
        var urls = new Option<string?>("--urls")
        {
            Description = "The address to listen on; port 0 takes a free one. https://127.0.0.1:7443 by default.",
            HelpName = "URL",
            CustomParser = Url,
        };
        var http = new Option<bool>("--http") { Description = "Serve plain HTTP, over which kubectl sends no credentials." };
        var kubeconfig = new Option<string?>("--kubeconfig") { Description = "Write a kubeconfig for the server to this file, for its owner only.", HelpName = "FILE" };
        var token = new Option<string?>("--token")
        {
            Description = "A bearer token of the administrator. Without one, everyone is an administrator over plain HTTP.",
            HelpName = "TOKEN",
            CustomParser = Token,
        };
        var users = new Option<IReadOnlyList<DevClusterUser>>("--token-auth-file")
        {
            Description = "Users with bearer tokens, a line each: token,user,uid,\"group1,group2\".",
            HelpName = "FILE",
            DefaultValueFactory = _ => [],
            CustomParser = Users,
        };
        var mode = new Option<string>("--authorization-mode")
        {
            Description = "RBAC, or AlwaysAllow: whoever asks may do everything.",
            DefaultValueFactory = _ => Rbac,
        };
        mode.AcceptOnlyFromAmong(Rbac, AlwaysAllow);
        var loops = new Option<bool>("--loops")
        {
            Description = "Run the stand-in for the deployment controller, and garbage collection.",
            DefaultValueFactory = _ => true,
        };
        var delay = new Option<TimeSpan>("--available-delay")
        {
            Description = "Seconds until the replicas of a Deployment are available.",
            HelpName = "SECONDS",
            CustomParser = Seconds,
        };
        var apply = new Option<string[]>("--apply")
        {
            Description = "Apply the manifests in this file, or in the .yaml files of this folder; may be repeated.",
            HelpName = "PATH",
            DefaultValueFactory = _ => [],
        };
        var gates = new Option<HashSet<string>>("--feature-gates")
        {
            Description = "ShardedListAndWatch=true: understand shardSelector (KEP-5866).",
            HelpName = "GATE=BOOL",
            DefaultValueFactory = _ => [],
            CustomParser = FeatureGates,
        };
        var services = new Option<Dictionary<string, string>>("--service-address")
        {
            Description = "Where the server behind a Service listens, for webhooks that name the service; may be repeated.",
            HelpName = "NAMESPACE/NAME=HOST:PORT",
            DefaultValueFactory = _ => [],
            CustomParser = ServiceAddresses,
        };
        var plugins = new Option<string?>("--enable-admission-plugins") { Description = "OwnerReferencesPermissionEnforcement, which OpenShift has.", HelpName = "PLUGIN" };
        plugins.AcceptOnlyFromAmong(nameof(DevClusterOptions.OwnerReferencesPermissionEnforcement));
        var command = new RootCommand("An embedded Kubernetes API server, in memory.") { urls, http, kubeconfig, token, users, mode, loops, delay, apply, gates, services, plugins };
        command.SetAction((result, cancellationToken) => RunAsync(
            new DevClusterOptions
            {
                Url = Address(result.GetValue(urls), result.GetValue(http)),
                Users = result.GetValue(users)!,
                AlwaysAllow = result.GetValue(mode) == AlwaysAllow,
                Token = result.GetValue(token),
                Loops = result.GetValue(loops),
                AvailableDelay = result.GetValue(delay),
                ShardedListAndWatch = result.GetValue(gates)!.Contains(nameof(DevClusterOptions.ShardedListAndWatch)),
                ServiceAddresses = result.GetValue(services)!,
                OwnerReferencesPermissionEnforcement = result.GetValue(plugins) is not null,
            },
            result.GetValue(kubeconfig), result.GetValue(apply)!, error, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        DevClusterOptions options, string? kubeconfig, string[] apply, TextWriter error, CancellationToken cancellationToken)
    {
        var manifests = apply.SelectMany(ManifestsIn).ToList();
        await using var server = await StartAsync(options, cancellationToken);
        foreach (var file in manifests)
            await ApplyAsync(server, file, cancellationToken);
        if (kubeconfig is not null)
            Write(server, kubeconfig);
        if (!options.IsSecure && options.Token is null && options.Users.Count == 0 && !new Uri(Plain(options.Url!)).IsLoopback)
            await error.WriteLineAsync($"Warning: whoever reaches {options.Url} is an administrator. Give --token, use https, or listen on 127.0.0.1 with --urls.");
        Console.WriteLine($"DevCluster ready at {server.Url.ToString().TrimEnd('/')}");
        await server.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    private static async Task<DevClusterServer> StartAsync(DevClusterOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await DevClusterServer.StartAsync(options, cancellationToken);
        }
        catch (IOException)
        {
            throw new UsageException($"--urls {options.Url}: the port is in use. Choose another, or 0 for a free one.");
        }
        catch (SocketException e)
        {
            throw new UsageException($"--urls {options.Url}: cannot listen there ({e.Message}). Choose another address.");
        }
    }

    private static List<string> ManifestsIn(string path)
    {
        if (File.Exists(path))
            return [path];
        if (!Directory.Exists(path))
            throw new UsageException($"--apply {path}: no such file or folder.{(path.Contains("://", StringComparison.Ordinal) ? " URLs are not fetched: give a file." : "")}");
        try
        {
            var files = Directory.EnumerateFiles(path, "*.yaml").Order(StringComparer.Ordinal).ToList();
            return files.Count > 0 ? files : throw new UsageException($"--apply {path}: the folder has no .yaml file.");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UsageException($"--apply {path} cannot be read: {e.Message}");
        }
    }

    private static async Task ApplyAsync(DevClusterServer server, string file, CancellationToken cancellationToken)
    {
        try
        {
            await server.ApplyAsync(await File.ReadAllTextAsync(file, cancellationToken), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw new UsageException($"--apply {file}: {e.Message}");
        }
    }

    private static void Write(DevClusterServer server, string file)
    {
        try
        {
            server.WriteKubeconfig(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var reason = e is DirectoryNotFoundException or FileNotFoundException ? "its folder does not exist" : e is UnauthorizedAccessException ? "permission denied" : e.Message;
            throw new UsageException($"--kubeconfig {file} cannot be written: {reason.TrimEnd('.')}.");
        }
    }

    /// <summary>HTTPS on loopback unless something else is asked for.</summary>
    private static string Address(string? urls, bool http) => (urls, http) switch
    {
        (null, true) => "http://127.0.0.1:7443",
        (null, false) => "https://127.0.0.1:7443",
        (_, true) when urls.StartsWith("https:", StringComparison.OrdinalIgnoreCase) =>
            throw new UsageException($"--http contradicts --urls {urls}: leave one of them out."),
        _ => urls,
    };

    private static string Url(ArgumentResult result)
    {
        var text = result.Tokens[^1].Value;

        // For any other host name Kestrel would listen on all addresses.
        if (!Uri.TryCreate(Plain(text), UriKind.Absolute, out var url) || !(url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) || url.PathAndQuery != "/"
            || !(url.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 || (url.Host == "localhost" && url.Port != 0)))
        {
            result.AddError($"--urls: '{text}' is not an address such as https://127.0.0.1:7443.");
        }

        return text;
    }

    /// <summary>Uri knows no wildcards; an address of the same shape stands in for them.</summary>
    private static string Plain(string url) =>
        url.Replace("//*", "//0.0.0.0", StringComparison.Ordinal).Replace("//+", "//0.0.0.0", StringComparison.Ordinal);

    private static string Token(ArgumentResult result)
    {
        var text = result.Tokens[^1].Value;
        if (text.Length == 0 || text.Any(c => c is <= ' ' or > '~'))
            result.AddError("--token takes printable ASCII without spaces: leave it out if no token is needed.");
        return text;
    }

    private static IReadOnlyList<DevClusterUser> Users(ArgumentResult result)
    {
        var file = result.Tokens[^1].Value;
        try
        {
            return TokenFile.Parse(File.ReadAllText(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            var why = e is FileNotFoundException or DirectoryNotFoundException ? "no such file" : e.Message.TrimEnd('.');
            result.AddError($"--token-auth-file {file}: {why}.");
            return [];
        }
    }

    private static TimeSpan Seconds(ArgumentResult result)
    {
        var text = result.Tokens[^1].Value;
        if (double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= MostSeconds)
            return TimeSpan.FromSeconds(seconds);
        result.AddError($"--available-delay: '{text}' is not a number of seconds from 0 to {MostSeconds}, such as 0.5.");
        return default;
    }

    private static Dictionary<string, string> ServiceAddresses(ArgumentResult result)
    {
        var addresses = new Dictionary<string, string>();
        foreach (var text in result.Tokens.Select(token => token.Value))
        {
            if (text.Split('=') is [var service, var address] && service.Split('/') is [{ Length: > 0 }, { Length: > 0 }]
                && address.LastIndexOf(':') is > 0 and var colon && ushort.TryParse(address.AsSpan(colon + 1), out var port) && port > 0)
            {
                addresses[service] = address;
            }
            else
            {
                result.AddError($"--service-address: '{text}' is not NAMESPACE/NAME=HOST:PORT, such as default/hooks=127.0.0.1:9443.");
            }
        }

        return addresses;
    }

    /// <summary>The gates that are on.</summary>
    private static HashSet<string> FeatureGates(ArgumentResult result)
    {
        HashSet<string> enabled = [];
        foreach (var gate in result.Tokens[^1].Value.Split(','))
        {
            if (gate.Split('=') is not [nameof(DevClusterOptions.ShardedListAndWatch), var value] || !bool.TryParse(value, out var on))
                result.AddError($"--feature-gates: '{gate}' is unknown. There is {nameof(DevClusterOptions.ShardedListAndWatch)}=true or =false.");
            else if (on)
                enabled.Add(nameof(DevClusterOptions.ShardedListAndWatch));
        }

        return enabled;
    }
}
