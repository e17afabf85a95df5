using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Engine.Planning;

/// <summary>
/// Reasons of the Ready condition and of Events that the engine gives for any kind; those of requests that fail are in
/// <see cref="FailureReason"/>.
/// </summary>
internal static class EngineReasons
{
    /// <summary>Ready, where the reconciler gives no reason of its own.</summary>
    public const string Reconciled = nameof(Reconciled);

    /// <summary>Not Ready: an object of that name belongs to another. The name is sample-controller's.</summary>
    public const string ErrResourceExists = nameof(ErrResourceExists);

    /// <summary>Not Ready, after the kind: the API server calls what is to be written invalid.</summary>
    public const string Invalid = nameof(Invalid);

    /// <summary>Not Ready: something is wanted under a name that no object can have.</summary>
    public const string NameInvalid = nameof(NameInvalid);

    /// <summary>Not Ready: something in the cluster changes back what is written.</summary>
    public const string ChangedByAdmission = nameof(ChangedByAdmission);

    /// <summary>Not Ready: another writer keeps changing what is written.</summary>
    public const string Contended = nameof(Contended);

    /// <summary>Event: a generation is synced. The name is sample-controller's.</summary>
    public const string Synced = nameof(Synced);

    /// <summary>Whether a reason says that something keeps an object from being synced.</summary>
    public static bool IsProblem(string reason) => reason
        is ErrResourceExists or NameInvalid or ChangedByAdmission or Contended
        or FailureReason.PermissionMissing or FailureReason.QuotaExceeded or FailureReason.AdmissionDenied or FailureReason.CredentialsRefused
        or FailureReason.Conflict or FailureReason.ApiServerUnavailable or FailureReason.RequestRefused;
}
