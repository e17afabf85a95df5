using Microsoft.Extensions.Options;

namespace OrleansOperator.WatchIngest;

/// <summary>How changes are brought to the grains.</summary>
public sealed class WatchIngestOptions
{
    /// <summary>In which time everything known is delivered again, without API traffic.</summary>
    public TimeSpan ResyncPeriod { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How many grain calls are under way at once. They are cheap; a silo that hangs holds up those to its grains for seconds
    /// each, and there must be room for the others beside them.
    /// </summary>
    public int MaxCallsInFlight { get; set; } = 512;

    /// <summary>How many objects a page of a list holds; client-go's value.</summary>
    public int PageSize { get; set; } = 500;

    /// <summary>Checks the options.</summary>
    internal sealed class Validator : IValidateOptions<WatchIngestOptions>
    {
        public ValidateOptionsResult Validate(string? name, WatchIngestOptions options)
        {
            var failures = new List<string>();
            if (options.ResyncPeriod < TimeSpan.FromSeconds(1))
                failures.Add($"{nameof(ResyncPeriod)} is {options.ResyncPeriod}: it must be a second or more.");
            if (options.MaxCallsInFlight < 1)
                failures.Add($"{nameof(MaxCallsInFlight)} is {options.MaxCallsInFlight}: it must be 1 or more.");
            if (options.PageSize < 1)
                failures.Add($"{nameof(PageSize)} is {options.PageSize}: it must be 1 or more.");
            return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
        }
    }
}
