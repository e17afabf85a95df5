using System.Globalization;
using System.Text.Json.Nodes;
using static OrleansOperator.DevCluster.Tables.Cells;

namespace OrleansOperator.DevCluster.Tables;

/// <summary>The columns of Jobs and CronJobs.</summary>
internal static class JobColumns
{
    public static IReadOnlyList<TableColumn> Jobs { get; } =
        [new("Status", "string", Status), new("Completions", "string", Completions), new("Duration", "string", Duration), TableColumn.Age, .. Templates("Job")];

    public static IReadOnlyList<TableColumn> CronJobs { get; } =
    [
        Field("Schedule", "spec", "schedule"),
        new("Timezone", "string", obj => obj["spec"].Text("timeZone") ?? "<none>"),
        new("Suspend", "boolean", obj => obj["spec"]!["suspend"] is null ? "<unset>" : obj["spec"].Flag("suspend") ? "True" : "False"),
        new("Active", "integer", obj => obj["status"].List("active")?.Count ?? 0),
        new("Last Schedule", "string", (obj, now) => obj["status"].Text("lastScheduleTime") is { } last ? TableWriter.Ago(last, now) : "<none>"),
        TableColumn.Age,
        new("Containers", "string", obj => Names(obj.Dig("spec", "jobTemplate", "spec", "template")), 1),
        new("Images", "string", obj => Images(obj.Dig("spec", "jobTemplate", "spec", "template")), 1),
        new("Selector", "string", obj => Selector(obj.Dig("spec", "jobTemplate", "spec", "selector")), 1),
    ];

    private static JsonNode Status(JsonObject job)
    {
        bool Is(string type) => Condition(job, type) == "True";
        return Is("Complete") ? "Complete" : Is("Failed") ? "Failed"
            : job["metadata"]!["deletionTimestamp"] is not null ? "Terminating"
            : Is("Suspended") ? "Suspended" : Is("FailureTarget") ? "FailureTarget" : Is("SuccessCriteriaMet") ? "SuccessCriteriaMet" : "Running";
    }

    private static JsonNode Completions(JsonObject job)
    {
        var done = job["status"].Number("succeeded") ?? 0;
        if (job["spec"].Number("completions") is { } wanted)
            return $"{done}/{wanted}";
        return job["spec"].Number("parallelism") is > 1 and var parallelism ? $"{done}/1 of {parallelism}" : $"{done}/1";
    }

    private static JsonNode Duration(JsonObject job, DateTimeOffset now)
    {
        if (job["status"].Text("startTime") is not { } start)
            return "";
        var end = job["status"].Text("completionTime") is { } completed ? DateTimeOffset.Parse(completed, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) : now;
        return TableWriter.Ago(start, end);
    }
}
