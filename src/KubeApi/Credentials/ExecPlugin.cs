using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using k8s.KubeConfigModels;
using OrleansOperator.KubeApi.Text;

namespace OrleansOperator.KubeApi.Credentials;

/// <summary>A kubeconfig's exec plugin: a program that prints credentials (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins).</summary>
internal sealed class ExecPlugin(ExternalExecution plugin)
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(2);

    /// <summary>What a user is told to do when it gives no credentials.</summary>
    public string Hint => string.IsNullOrWhiteSpace(plugin.InstallHint) ? "run it by hand to see what is wrong" : OneLine.Of(plugin.InstallHint.Trim());

    /// <summary>Runs it, and waits for its end.</summary>
    /// <exception cref="ExecPluginException">It gives no credentials; the message says why, in one line.</exception>
    public ExecCredential Run()
    {
        if (string.IsNullOrWhiteSpace(plugin.Command))
            throw Failure("has no command");
        using var process = new Process { StartInfo = StartInfo() };
        var (output, errors) = (new StringBuilder(), new StringBuilder());
        process.OutputDataReceived += (_, line) => output.AppendLine(line.Data);
        process.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw Failure($"cannot be started: {e.Message}", e);
        }

        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(s_timeout))
        {
            process.Kill(entireProcessTree: true);
            throw Failure(FormattableString.Invariant($"did not end within {s_timeout.TotalSeconds} s"));
        }

        // The rest of its output.
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw Failure(FormattableString.Invariant($"ended with exit code {process.ExitCode}{LastLine(errors.ToString())}"));
        return Read(output.ToString());
    }

    /// <summary>Runs it again, for a token.</summary>
    /// <exception cref="ExecPluginException">It gives none.</exception>
    public ExecCredential RunForToken() =>
        Run() is { Token: not null } credential ? credential : throw Failure("answered without a token, after it had given one before");

    private ProcessStartInfo StartInfo()
    {
        var start = new ProcessStartInfo(plugin.Command, plugin.Arguments ?? [])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var variable in plugin.EnvironmentVariables ?? [])
        {
            if (variable.TryGetValue("name", out var name) && variable.TryGetValue("value", out var value))
                start.Environment[name] = value;
        }

        start.Environment["KUBERNETES_EXEC_INFO"] = JsonSerializer.Serialize(
            new ExecCredentialJson(plugin.ApiVersion, "ExecCredential", new ExecSpecJson(Interactive: false)), ExecJson.Default.ExecCredentialJson);
        return start;
    }

    private ExecCredential Read(string output)
    {
        ExecCredentialJson? answer;
        try
        {
            answer = JsonSerializer.Deserialize(output, ExecJson.Default.ExecCredentialJson);
        }
        catch (JsonException)
        {
            throw Failure("printed what is not JSON");
        }

        if (answer?.ApiVersion != plugin.ApiVersion)
            throw Failure($"answered with apiVersion {OneLine.Of(answer?.ApiVersion ?? "none", 100)}, the kubeconfig says {plugin.ApiVersion}");
        if (answer?.Status is not { } status || (status.Token is null && (status.ClientCertificateData ?? status.ClientKeyData) is null))
            throw Failure("answered with neither a token nor a client certificate");
        if (status.Token is { } token && (token.Length == 0 || token.Any(c => c is < ' ' or > '~')))
            throw Failure("answered with a token that is empty or has characters that no HTTP header can carry");
        if (status.ClientCertificateData is null != status.ClientKeyData is null)
            throw Failure("answered with one of client certificate and key, without the other");
        return new ExecCredential(status.Token, status.ClientCertificateData, status.ClientKeyData, status.ExpirationTimestamp);
    }

    /// <summary>Most programs say what went wrong in their last line.</summary>
    private static string LastLine(string errors) =>
        errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [.., var last] ? $": {OneLine.Of(last, 300)}" : "";

    private ExecPluginException Failure(string problem, Exception? inner = null) =>
        new($"its exec plugin \"{plugin.Command}\" {problem}", inner);
}

/// <summary>What an exec plugin answered.</summary>
/// <param name="Token">A bearer token, if any.</param>
/// <param name="ClientCertificate">A client certificate in PEM, if any.</param>
/// <param name="ClientKey">Its key in PEM.</param>
/// <param name="Expires">When the plugin is to be asked again; null for never.</param>
internal sealed record ExecCredential(string? Token, string? ClientCertificate, string? ClientKey, DateTimeOffset? Expires);

/// <summary>An exec plugin gave no credentials. The message completes "Kubeconfig X cannot be used: ".</summary>
internal sealed class ExecPluginException(string message, Exception? inner) : Exception(message, inner);

internal sealed record ExecCredentialJson(string? ApiVersion, string? Kind, ExecSpecJson? Spec = null, ExecStatusJson? Status = null);

internal sealed record ExecSpecJson(bool Interactive);

internal sealed record ExecStatusJson(string? Token, string? ClientCertificateData, string? ClientKeyData, DateTimeOffset? ExpirationTimestamp);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ExecCredentialJson))]
internal sealed partial class ExecJson : JsonSerializerContext;
