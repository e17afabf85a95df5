using System.Net;

namespace OrleansOperator.KubeApi;

/// <summary>Why a request failed, in the CamelCase word that conditions and Events give as their reason.</summary>
public static class FailureReason
{
    /// <summary>The authorizer refuses it: RBAC, most likely.</summary>
    public const string PermissionMissing = nameof(PermissionMissing);

    /// <summary>A ResourceQuota of the namespace is used up.</summary>
    public const string QuotaExceeded = nameof(QuotaExceeded);

    /// <summary>An admission plugin, webhook or policy refuses it.</summary>
    public const string AdmissionDenied = nameof(AdmissionDenied);

    /// <summary>The API server refuses the operator's credentials.</summary>
    public const string CredentialsRefused = nameof(CredentialsRefused);

    /// <summary>The object is changed by others faster than it can be written.</summary>
    public const string Conflict = nameof(Conflict);

    /// <summary>The API server does not answer, is out of order, or asks to wait.</summary>
    public const string ApiServerUnavailable = nameof(ApiServerUnavailable);

    /// <summary>The API server refuses it for another reason, which its message says.</summary>
    public const string RequestRefused = nameof(RequestRefused);

    /// <summary>The reason of a failure.</summary>
    public static string Of(KubeApiException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error switch
        {
            { Code: null or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout } => ApiServerUnavailable,
            { IsDeniedByAuthorizer: true } => PermissionMissing,
            { IsForbidden: true } when error.Message.Contains("exceeded quota", StringComparison.Ordinal) => QuotaExceeded,
            { IsForbidden: true } or { IsDeniedByAdmission: true } => AdmissionDenied,
            { Code: >= HttpStatusCode.InternalServerError } => ApiServerUnavailable,
            { Code: HttpStatusCode.Unauthorized } => CredentialsRefused,
            { Code: HttpStatusCode.Conflict } => Conflict,
            _ => RequestRefused,
        };
    }
}
