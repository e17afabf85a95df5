namespace OrleansOperator.WatchIngest;

/// <summary>What a silo does for a feed.</summary>
/// <param name="Runs">Whether it watches, so that its cache is warm.</param>
/// <param name="Delivers">Whether it also tells the grains.</param>
internal readonly record struct FeedRole(bool Runs, bool Delivers)
{
    /// <summary>
    /// The role of a silo. A feed is delivered by the best silo whose cache is warm; one that takes over goes on without a list. Run
    /// twice for a moment, a feed does no harm; run by nobody, it is missed: so a silo stops only when a better one has said that
    /// it delivers, and one that hears of no better one for long, whatever the membership says, helps itself.
    /// </summary>
    /// <param name="isMember">Whether the silo is active.</param>
    /// <param name="rank">Its rank among the active silos that know the feed, 0 for the first.</param>
    /// <param name="standbys">How many silos keep a feed warm beside the one that delivers it.</param>
    /// <param name="isWarm">Whether its cache has everything.</param>
    /// <param name="isDelivering">Whether it has delivered until now.</param>
    /// <param name="betterDelivers">Whether a silo of a better rank has lately said that it delivers.</param>
    /// <param name="betterHadTime">Whether the membership is old enough for a better one to have said so.</param>
    public static FeedRole Of(bool isMember, int rank, int standbys, bool isWarm, bool isDelivering, bool betterDelivers, bool betterHadTime)
    {
        if (!isMember)
            return default;
        var runs = rank <= standbys || (!betterDelivers && (isDelivering || betterHadTime));
        return new FeedRole(runs, runs && isWarm && !betterDelivers);
    }
}
