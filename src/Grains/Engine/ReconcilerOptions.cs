using Microsoft.Extensions.Options;

namespace OrleansOperator.Grains.Engine;

/// <summary>How reconciles are run on one silo.</summary>
public sealed class ReconcilerOptions
{
    /// <summary>How many reconciles with something to do run at once. 1 or more.</summary>
    public int MaxConcurrentReconciles { get; set; } = 32;

    /// <summary>The first back-off of an object after a failure; doubles with each further one.</summary>
    public TimeSpan BackoffBase { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>The longest back-off of an object.</summary>
    public TimeSpan BackoffMax { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a grain that was activated by a list waits for the objects it owns to be delivered before it asks the API
    /// server for them: another silo may run their feed.
    /// </summary>
    public TimeSpan DeliveryGrace { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a grain that has observed an owned object waits for the object's owner to be delivered before it asks the API server. Lists
    /// of owners come after those of what they own, however long these take.
    /// </summary>
    public TimeSpan OwnerGrace { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The first wait before a write that something in the cluster keeps changing back is tried again; doubles.</summary>
    public TimeSpan ResistanceBase { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest such wait.</summary>
    public TimeSpan ResistanceMax { get; set; } = TimeSpan.FromHours(1);

    /// <summary>After which time what had been given up is tried again. A second or more.</summary>
    public TimeSpan ResyncPeriod { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Checks the options.</summary>
    internal sealed class Validator : IValidateOptions<ReconcilerOptions>
    {
        public ValidateOptionsResult Validate(string? name, ReconcilerOptions options)
        {
            var failures = new List<string>();
            if (options.MaxConcurrentReconciles < 1)
                failures.Add($"{nameof(MaxConcurrentReconciles)} is {options.MaxConcurrentReconciles}: it must be 1 or more.");
            if (options.BackoffBase <= TimeSpan.Zero || options.BackoffMax < options.BackoffBase)
                failures.Add($"{nameof(BackoffBase)} must be above zero, and {nameof(BackoffMax)} not below it.");
            if (options.DeliveryGrace < TimeSpan.Zero || options.OwnerGrace < options.DeliveryGrace)
                failures.Add($"{nameof(DeliveryGrace)} must not be negative, and {nameof(OwnerGrace)} not below it.");
            if (options.ResistanceBase <= TimeSpan.Zero || options.ResistanceMax < options.ResistanceBase)
                failures.Add($"{nameof(ResistanceBase)} must be above zero, and {nameof(ResistanceMax)} not below it.");
            if (options.ResyncPeriod < TimeSpan.FromSeconds(1))
                failures.Add($"{nameof(ResyncPeriod)} is {options.ResyncPeriod}: it must be a second or more.");
            return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
        }
    }
}
