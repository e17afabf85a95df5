namespace OrleansOperator.LoadTest.CommandLine;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCodes
{
    /// <summary>Everything converged.</summary>
    public const int Converged = 0;

    /// <summary>The test could not run: an option, the cluster or a permission is wrong.</summary>
    public const int CannotRun = 1;

    /// <summary>The test ran, and something did not converge or did not meet its objective.</summary>
    public const int NotConverged = 2;

    /// <summary>Ended by Ctrl-C or SIGTERM, as shells report it.</summary>
    public const int Interrupted = 130;
}
