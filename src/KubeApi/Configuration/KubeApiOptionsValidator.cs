using Microsoft.Extensions.Options;

namespace OrleansOperator.KubeApi.Configuration;

/// <summary>Checks <see cref="KubeApiOptions"/>; each failure names the option, its value and what it takes.</summary>
public sealed class KubeApiOptionsValidator : IValidateOptions<KubeApiOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, KubeApiOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var failures = Failures(options).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Failures(KubeApiOptions options)
    {
        if (options.Master is { Length: > 0 } master && !IsHttpUrl(master))
            yield return Failure(nameof(options.Master), master, "an http or https URL such as https://10.0.0.1:6443");

        if (options.RequestTimeout < TimeSpan.FromMilliseconds(1) || options.RequestTimeout > TimeSpan.FromDays(1))
            yield return Failure(nameof(options.RequestTimeout), options.RequestTimeout, "a time from 00:00:00.001 to 1.00:00:00");

        if (options.MaxConcurrentRequests < 1)
            yield return Failure(nameof(options.MaxConcurrentRequests), options.MaxConcurrentRequests, "1 or more");

        if (options.RequestsPerSecond is { } rate && !(double.IsFinite(rate) && rate > 0))
            yield return Failure(nameof(options.RequestsPerSecond), rate, "a number above 0, or leave it out for no limit");

        if (options.RequestBurst < 1)
            yield return Failure(nameof(options.RequestBurst), options.RequestBurst, "1 or more");

        using var request = new HttpRequestMessage();
        if (!request.Headers.UserAgent.TryParseAdd(options.UserAgent))
            yield return Failure(nameof(options.UserAgent), options.UserAgent, "NAME/VERSION, as in the HTTP User-Agent header");
    }

    private static bool IsHttpUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);

    private static string Failure(string option, object value, string expected) =>
        FormattableString.Invariant($"{KubeApiOptions.Section}:{option} is \"{value}\"; it must be {expected}.");
}
