using Microsoft.Extensions.Options;

namespace OrleansOperator.KubeApi.Events;

/// <summary>Checks <see cref="EventRecorderOptions"/>; each failure names the option, its value and what it takes.</summary>
public sealed class EventRecorderOptionsValidator : IValidateOptions<EventRecorderOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, EventRecorderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var failures = Failures(options).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Failures(EventRecorderOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Component))
            yield return Failure(nameof(options.Component), options.Component, "a name such as orleans-operator");

        if (string.IsNullOrWhiteSpace(options.Instance))
            yield return Failure(nameof(options.Instance), options.Instance, "a name, such as the pod's");

        if (options.QueueCapacity < 1)
            yield return Failure(nameof(options.QueueCapacity), options.QueueCapacity, "1 or more");

        if (options.FlushTimeout < TimeSpan.Zero || options.FlushTimeout > TimeSpan.FromMinutes(10))
            yield return Failure(nameof(options.FlushTimeout), options.FlushTimeout, "a time from 00:00:00 to 00:10:00");
    }

    private static string Failure(string option, object? value, string expected) =>
        FormattableString.Invariant($"{EventRecorderOptions.Section}:{option} is \"{value}\"; it must be {expected}.");
}
