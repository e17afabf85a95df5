namespace OrleansOperator.Grains.Tests.Foos.Model;

/// <summary>What becomes of a request.</summary>
public enum Fault
{
    None,
    ServerError,
    TooManyRequests,
    Conflict,
    Invalid,
    NamespaceTerminating,
    QuotaExceeded,
    PolicyDenied,
    PermissionMissing,

    /// <summary>It does not arrive.</summary>
    Refused,

    /// <summary>It is done, but the answer does not arrive.</summary>
    AnswerLost,
}
