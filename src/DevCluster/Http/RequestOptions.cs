using System.Globalization;
using System.Text;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Http;

/// <summary>
/// Checks the options of a request before anything else is looked at (apimachinery, <c>meta/v1/validation</c> and
/// <c>meta/internalversion/validation</c>).
/// </summary>
internal static class RequestOptions
{
    private const int MaxManager = 128;

    private static readonly string[] Policies = ["Foreground", "Background", "Orphan"];

    /// <exception cref="ApiException">422.</exception>
    public static void CheckCreate(ApiRequest request) => CheckWrite(request, "CreateOptions", []);

    /// <exception cref="ApiException">422.</exception>
    public static void CheckUpdate(ApiRequest request) => CheckWrite(request, "UpdateOptions", []);

    /// <exception cref="ApiException">422.</exception>
    public static void CheckPatch(ApiRequest request, bool isApply)
    {
        var errors = new List<FieldError>();
        if (isApply && string.IsNullOrEmpty(request.Query("fieldManager")))
            errors.Add(FieldError.Required("fieldManager", "is required for apply patch"));
        if (!isApply && request.Query("force") is not null)
            errors.Add(FieldError.Forbidden("force", "may not be specified for non-apply patch"));
        CheckWrite(request, "PatchOptions", errors);
    }

    /// <param name="policy">The propagation policy.</param>
    /// <param name="orphans">Whether the older <c>orphanDependents</c> is set too.</param>
    /// <param name="dryRun">The dry run's values.</param>
    /// <exception cref="ApiException">422.</exception>
    public static void CheckDelete(string? policy, bool orphans, IReadOnlyList<string> dryRun)
    {
        var errors = new List<FieldError>();
        if (policy is not null && orphans)
            errors.Add(FieldError.InvalidText("propagationPolicy", policy, "orphanDependents and deletionPropagation cannot be both set"));
        if (policy is not null && !Policies.Contains(policy))
            errors.Add(FieldError.NotSupported("propagationPolicy", $"\"{policy}\"", [.. Policies, "nil"]));
        CheckDryRun(dryRun, errors);
        Throw("DeleteOptions", errors);
    }

    /// <exception cref="ApiException">422.</exception>
    public static void CheckList(ApiRequest request)
    {
        var (match, version) = (request.Query("resourceVersionMatch"), request.Query("resourceVersion"));
        var errors = new List<FieldError>();
        if (!string.IsNullOrEmpty(match))
        {
            if (string.IsNullOrEmpty(version))
                errors.Add(FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided"));
            NoContinue(request, errors);
            if (match is not ("Exact" or "NotOlderThan"))
                errors.Add(FieldError.NotSupported("resourceVersionMatch", $"\"{match}\"", ["Exact", "NotOlderThan", ""]));
            if (match == "Exact" && version == "0")
                errors.Add(FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
        }

        if (request.Query("sendInitialEvents") is not null)
            errors.Add(FieldError.Forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
        Throw("ListOptions", errors);
    }

    /// <exception cref="ApiException">422.</exception>
    public static void CheckWatch(ApiRequest request)
    {
        var (match, sends) = (request.Query("resourceVersionMatch"), request.Query("sendInitialEvents"));
        var errors = new List<FieldError>();
        if (sends is not null && match != "NotOlderThan")
            errors.Add(FieldError.Forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
        if (!string.IsNullOrEmpty(match))
        {
            if (sends is null)
                errors.Add(FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
            if (match != "NotOlderThan")
                errors.Add(FieldError.NotSupported("resourceVersionMatch", $"\"{match}\"", ["NotOlderThan"]));
            NoContinue(request, errors);
        }

        Throw("ListOptions", errors);
    }

    /// <summary>Adds what is wrong with the name of a field manager, which also stands in managed fields.</summary>
    public static void CheckManager(string manager, string field, List<FieldError> errors)
    {
        if (Encoding.UTF8.GetByteCount(manager) > MaxManager)
            errors.Add(FieldError.TooLong(field, MaxManager));
        var at = 0;
        foreach (var rune in manager.EnumerateRunes())
        {
            if (!IsPrintable(rune))
                errors.Add(FieldError.Invalid(field, GoText.Quote(manager), $"invalid character U+{rune.Value:X4} (at position {at})"));
            at += rune.Utf8SequenceLength;
        }
    }

    private static void CheckWrite(ApiRequest request, string kind, List<FieldError> errors)
    {
        CheckManager(request.Query("fieldManager") ?? "", "fieldManager", errors);
        CheckDryRun([.. request.Http.Request.Query["dryRun"].OfType<string>()], errors);
        if (request.Query("fieldValidation") is { } validation and not ("" or "Ignore" or "Warn" or "Strict"))
            errors.Add(FieldError.NotSupported("fieldValidation", GoText.Quote(validation), ["", "Ignore", "Strict", "Warn"]));
        Throw(kind, errors);
    }

    private static void CheckDryRun(IReadOnlyList<string> values, List<FieldError> errors)
    {
        if (values.Any(value => value != "All"))
            errors.Add(FieldError.NotSupported("dryRun", $"[{string.Join(",", values.Select(GoText.Quote))}]", ["All"]));
    }

    private static void NoContinue(ApiRequest request, List<FieldError> errors)
    {
        if (!string.IsNullOrEmpty(request.Query("continue")))
            errors.Add(FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"));
    }

    private static void Throw(string kind, List<FieldError> errors)
    {
        if (errors.Count > 0)
            throw ApiErrors.Invalid(kind, "meta.k8s.io", "", errors);
    }

    /// <summary>What Go's <c>unicode.IsPrint</c> calls printable.</summary>
    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
