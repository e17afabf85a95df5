using Microsoft.Extensions.Options;

namespace OrleansOperator.WatchIngest;

/// <summary>How changes are brought to the grains.</summary>
public sealed class WatchIngestOptions
{
    /// <summary>
    /// How often what the feeds have and what the grains know are compared, besides after each change of the cluster and each list:
    /// what a lost message would have told is found after this time. A comparison where nothing differs costs some kilobytes
    /// between silos and nothing at the API server. From 0.1 s to 10 s, so that a silo that delivers a feed is known to be alive.
    /// </summary>
    public TimeSpan AntiEntropyPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many silos keep a feed warm beside the one that delivers it: when that one goes, the next goes on without a list. Each
    /// costs the API server a watch per feed, and the silo a cache. 0 or more.
    /// </summary>
    public int Standbys { get; set; } = 1;

    /// <summary>
    /// How many grain calls are under way at once. They are cheap; a silo that hangs holds up those to its grains for seconds
    /// each, and there must be room for the others beside them.
    /// </summary>
    public int MaxCallsInFlight { get; set; } = 512;

    /// <summary>How many objects a page of a list holds; client-go's value.</summary>
    public int PageSize { get; set; } = 500;

    /// <summary>
    /// Whether lists are streamed by the watch where the API server can (WatchList, KEP-3157), which costs it a fraction of the
    /// memory of a list in pages.
    /// </summary>
    public bool StreamLists { get; set; } = true;

    /// <summary>Checks the options.</summary>
    internal sealed class Validator : IValidateOptions<WatchIngestOptions>
    {
        public ValidateOptionsResult Validate(string? name, WatchIngestOptions options)
        {
            var failures = new List<string>();
            if (options.AntiEntropyPeriod < TimeSpan.FromSeconds(0.1) || options.AntiEntropyPeriod > TimeSpan.FromSeconds(10))
                failures.Add($"{nameof(AntiEntropyPeriod)} is {options.AntiEntropyPeriod}: it must be from 0.1 s to 10 s.");
            if (options.Standbys < 0)
                failures.Add($"{nameof(Standbys)} is {options.Standbys}: it must be 0 or more.");
            if (options.MaxCallsInFlight < 1)
                failures.Add($"{nameof(MaxCallsInFlight)} is {options.MaxCallsInFlight}: it must be 1 or more.");
            if (options.PageSize < 1)
                failures.Add($"{nameof(PageSize)} is {options.PageSize}: it must be 1 or more.");
            return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
        }
    }
}
