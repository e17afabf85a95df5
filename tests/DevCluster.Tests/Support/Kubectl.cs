using System.Diagnostics;

namespace OrleansOperator.DevCluster.Tests.Support;

/// <summary>The real kubectl: the one on the PATH, or the one that <c>KUBECTL</c> names.</summary>
internal sealed class Kubectl : IDisposable
{
    private static readonly string Program = Environment.GetEnvironmentVariable("KUBECTL") is { Length: > 0 } named ? named : "kubectl";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kubectl-");

    /// <param name="kubeconfig">Whose credentials it has.</param>
    public Kubectl(string kubeconfig) => File.WriteAllText(Config, kubeconfig);

    private string Config => Path.Combine(_folder.FullName, "config");

    /// <summary>Runs a command that must succeed, and returns what it prints.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        var (code, output) = await TryAsync(null, arguments);
        Assert.True(code == 0, $"kubectl {string.Join(' ', arguments)}: {output}");
        return output;
    }

    /// <summary>Runs a command and returns its exit code and what it prints, errors last.</summary>
    /// <param name="input">What it reads from its standard input, or null.</param>
    /// <param name="arguments">Its arguments.</param>
    public async Task<(int Code, string Output)> TryAsync(string? input, params string[] arguments)
    {
        // A cache of its own: servers of other tests may have had the same port.
        var start = new ProcessStartInfo(Program, ["--kubeconfig", Config, "--cache-dir", Path.Combine(_folder.FullName, "cache"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var token = TestContext.Current.CancellationToken;
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(token), process.StandardError.ReadToEndAsync(token));
        await process.WaitForExitAsync(token);
        return (process.ExitCode, (await output + await errors).Trim());
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
