using OrleansOperator.WatchIngest;

namespace OrleansOperator.Silo.Settings;

/// <summary>Checks <c>--feed-ranges</c> against the kinds of the registered controllers.</summary>
internal static class FeedRanges
{
    /// <exception cref="SettingsException">A kind is named that no controller watches.</exception>
    public static void EnsureKnown(SiloSettings settings, IEnumerable<FeedDefinition> feeds)
    {
        var kinds = feeds.Select(feed => feed.Resource.Plural).ToList();
        foreach (var kind in settings.FeedRanges.Keys.Except(kinds))
            throw new SettingsException($"--feed-ranges: there is no feed of '{kind}'. There are feeds of {string.Join(", ", kinds)}.");
    }
}
