using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.BuiltIns.Validation;

/// <summary>What the status of a Job may say.</summary>
internal static class JobStatusChecks
{
    public static void Status(Subject status)
    {
        var spec = status.Parent!["spec"]!;
        var (complete, failed, target, met) = (Is(status.Value, "Complete"), Is(status.Value, "Failed"), Is(status.Value, "FailureTarget"), Is(status.Value, "SuccessCriteriaMet"));
        var isFinished = complete || failed;
        void Conditions(bool wrong, string why)
        {
            if (wrong)
                status.Invalid("conditions", "", [why]);
        }

        Conditions(complete && failed, "cannot set Complete=True and Failed=true conditions");
        Conditions(complete && target, "cannot set Complete=True and FailureTarget=true conditions");
        Conditions(failed && !target, "cannot set Failed=True condition without the FailureTarget=true condition");
        Conditions(complete && !met, "cannot set Complete=True condition without the SuccessCriteriaMet=true condition");
        Conditions(met && failed, "cannot set SuccessCriteriaMet=True and Failed=true conditions");
        Conditions(met && target, "cannot set SuccessCriteriaMet=True and FailureTarget=true conditions");
        var (start, end) = (status.Text("startTime"), status.Text("completionTime"));
        if (end.Length > 0 && !complete)
            status.Invalid("completionTime", "cannot set completionTime when there is no Complete=True condition");
        if (end.Length == 0 && complete)
            status.Required("completionTime", "completionTime is required for Complete jobs");
        if (start.Length > 0 && end.Length > 0 && string.CompareOrdinal(end, start) < 0)
            status.Invalid("completionTime", "must be equal to or after `startTime`");
        if (status.Number("active") > 0 && isFinished)
            status.Invalid("active", "active>0 is invalid for finished job");
        if (start.Length == 0 && isFinished)
            status.Required("startTime", "startTime is required for finished job");
        if (status.Number("terminating") > 0 && isFinished)
            status.Invalid("terminating", "terminating>0 is invalid for finished job");
        if (status.Number("ready") > (status.Number("active") ?? 0))
            status.Invalid("ready", "cannot set more ready pods than active");
        if (status.Has("completedIndexes") && spec.Text("completionMode") != "Indexed")
            status.Invalid("completedIndexes", "cannot set non-empty completedIndexes when non-indexed completion mode");
        if (status["failedIndexes"] is not null && (spec as JsonObject)?["backoffLimitPerIndex"] is null)
            status.Invalid("failedIndexes", "cannot set non-null failedIndexes when backoffLimitPerIndex is null");
        Update(status);
    }

    private static void Update(Subject status)
    {
        foreach (var condition in new[] { "Failed", "Complete", "FailureTarget", "SuccessCriteriaMet" })
        {
            if (Is(status.Old, condition) && !Is(status.Value, condition))
                status.Invalid("conditions", "", [$"cannot disable the terminal {condition}=True condition"]);
        }

        foreach (var field in new[] { "failed", "succeeded" })
        {
            if ((status.Number(field) ?? 0) < (status.Old.Number(field) ?? 0))
                status.Invalid(field, $"cannot decrease the {field} counter");
        }

        if (status.Old.Text("completionTime") is { } before && status.Has("completionTime") && status.Text("completionTime") != before)
            status.Invalid("completionTime", "field is immutable");
        if (status.Old.Text("startTime") is { } start && status.Text("startTime") != start && !status.Parent!["spec"].Flag("suspend"))
            status.Required("startTime", "startTime cannot be removed for unsuspended job");
    }

    private static bool Is(JsonObject? status, string condition) =>
        (status.List("conditions") ?? []).Any(each => each.Text("type") == condition && each.Text("status") == "True");
}
