using System.Diagnostics;

namespace OrleansOperator.Integration.Support;

/// <summary>The real kubectl: the one on the PATH, or the one that <c>KUBECTL</c> names.</summary>
internal sealed class Kubectl : IDisposable
{
    private static readonly string Program = Environment.GetEnvironmentVariable("KUBECTL") is { Length: > 0 } named ? named : "kubectl";

    private readonly TemporaryFile _kubeconfig = new();
    private readonly string _common;

    /// <param name="server">The API server.</param>
    /// <param name="ns">The namespace of all commands; null for the one that each command or manifest names.</param>
    public Kubectl(DevCluster.DevClusterServer server, string? ns)
        : this(server.Kubeconfig, ns)
    {
    }

    /// <param name="kubeconfig">Where the API server is, and whose credentials it has.</param>
    /// <param name="ns">The namespace of all commands; null for the one that each command or manifest names.</param>
    public Kubectl(string kubeconfig, string? ns)
    {
        File.WriteAllText(_kubeconfig.Path, kubeconfig);
        _common = $"--kubeconfig {_kubeconfig.Path}{(ns is null ? "" : $" -n {ns}")}";
    }

    /// <summary>Runs a command that must succeed, and returns what it prints.</summary>
    public async Task<string> RunAsync(string arguments, string? input = null, string? editor = null)
    {
        var (code, output, errors) = await TryAsync(arguments, input, editor);
        Assert.True(code == 0, $"kubectl {arguments}: {output} {errors}");
        return output;
    }

    /// <summary>Runs a command and returns how it ended and what it printed.</summary>
    public async Task<(int Code, string Output, string Errors)> TryAsync(string arguments, string? input = null, string? editor = null)
    {
        using var process = Start(arguments, editor);
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var token = TestContext.Current.CancellationToken;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(token), process.StandardError.ReadToEndAsync(token));
        await process.WaitForExitAsync(token);
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>Starts a command that goes on until it is killed.</summary>
    public Process Start(string arguments, string? editor = null)
    {
        var start = new ProcessStartInfo(Program, $"{_common} {arguments}")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        if (editor is not null)
            start.Environment["EDITOR"] = editor;
        return Process.Start(start)!;
    }

    public void Dispose() => _kubeconfig.Dispose();
}
