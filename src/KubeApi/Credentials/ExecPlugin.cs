using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using OrleansOperator.KubeApi.Configuration.Kubeconfigs;
using OrleansOperator.KubeApi.Text;

namespace OrleansOperator.KubeApi.Credentials;

/// <summary>
/// A kubeconfig's exec plugin: a program that prints credentials
/// (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins).
/// </summary>
/// <param name="plugin">The program.</param>
/// <param name="info">What it is told in the environment variable KUBERNETES_EXEC_INFO.</param>
/// <param name="time">The clock.</param>
internal sealed class ExecPlugin(KubeconfigExec plugin, ExecCredential info, TimeProvider time)
{
    /// <summary>Longer than a log-in over the network takes; whatever needs the credentials waits.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(1);

    /// <summary>More than any credentials need, so that a plugin that prints without end does not fill the memory.</summary>
    private const int LongestOutput = 1 << 20;

    /// <summary>Runs it, and waits for its end.</summary>
    /// <exception cref="CredentialException">It gives no credentials; the message says why, in one line, and what to do.</exception>
    public async Task<ExecCredentialStatus> RunAsync(CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = StartInfo() };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw Failure($"cannot be started: {e.Message}", e);
        }

        using var timeout = new CancellationTokenSource(s_timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            if (process.StartInfo.RedirectStandardInput)
                process.StandardInput.Close();
            var output = ReadAsync(process.StandardOutput, either.Token);
            var errors = ReadAsync(process.StandardError, either.Token);
            await process.WaitForExitAsync(either.Token);
            return process.ExitCode == 0
                ? Read(await output)
                : throw Failure(FormattableString.Invariant($"ended with exit code {process.ExitCode}{LastLine(await errors)}"));
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure(FormattableString.Invariant($"did not end within {s_timeout.TotalSeconds} s"), e);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private ProcessStartInfo StartInfo()
    {
        var start = new ProcessStartInfo(plugin.Command!, plugin.Arguments)
        {
            RedirectStandardInput = !info.Spec!.Interactive,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in plugin.Environment)
            start.Environment[name] = value;
        start.Environment["KUBERNETES_EXEC_INFO"] = JsonSerializer.Serialize(info, ExecJson.Default.ExecCredential);
        return start;
    }

    private async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var text = new char[LongestOutput];
        var length = await reader.ReadBlockAsync(text, cancellationToken);
        return length < LongestOutput ? new string(text, 0, length) : throw Failure("printed more than 1 MB");
    }

    private ExecCredentialStatus Read(string output)
    {
        ExecCredential? answer;
        try
        {
            answer = JsonSerializer.Deserialize(output, ExecJson.Default.ExecCredential);
        }
        catch (JsonException e)
        {
            throw Failure("printed what is not JSON", e);
        }

        if (answer is null || answer.Kind != info.Kind)
            throw Failure($"answered with kind {OneLine.Of(answer?.Kind ?? "none", 100)} in place of {info.Kind}");
        if (answer.ApiVersion != info.ApiVersion)
            throw Failure($"answered with apiVersion {OneLine.Of(answer.ApiVersion ?? "none", 100)}, the kubeconfig says {info.ApiVersion}");
        if (answer.Status is not { } status || (status.Token is null && (status.ClientCertificateData ?? status.ClientKeyData) is null))
            throw Failure("answered with neither a token nor a client certificate");
        if (status.Token is { } token && (token.Length == 0 || token.Any(static c => c is < ' ' or > '~')))
            throw Failure("answered with a token that is empty or has characters that no HTTP header can carry");
        if (status.ClientCertificateData is null != status.ClientKeyData is null)
            throw Failure("answered with one of client certificate and key, without the other");
        return status;
    }

    /// <summary>Most programs say what went wrong in their last line.</summary>
    private static string LastLine(string errors) =>
        errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [.., var last] ? $": {OneLine.Of(last, 300)}" : "";

    private CredentialException Failure(string problem, Exception? inner = null)
    {
        var hint = plugin.InstallHint is { } text ? OneLine.Of(text.Trim().TrimEnd('.')) : "run it by hand to see what is wrong";
        return new CredentialException($"its exec plugin \"{plugin.Command}\" {problem}; {hint}", inner);
    }
}
