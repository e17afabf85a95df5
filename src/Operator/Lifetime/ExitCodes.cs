namespace OrleansOperator.Silo.Lifetime;

/// <summary>What the process' exit code says.</summary>
internal static class ExitCodes
{
    /// <summary>An orderly shutdown: everything was stopped, in order.</summary>
    public const int Success = 0;

    /// <summary>It could not start: a wrong option, a port in use, unusable credentials.</summary>
    public const int CannotStart = 1;

    /// <summary>It could not go on: the other silos declared this one dead, or a part of it crashed (EX_SOFTWARE of sysexits.h).</summary>
    public const int Crashed = 70;

    /// <summary>It was asked to stop, and something was still running when the time was up (EX_TEMPFAIL of sysexits.h).</summary>
    public const int Unfinished = 75;
}
