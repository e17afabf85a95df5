using System.Globalization;

namespace OrleansOperator.DevCluster.BuiltIns.Validation;

/// <summary>CronJobs and their schedules.</summary>
internal static class CronJobChecks
{
    /// <summary>What is appended to the name of a CronJob takes 11 of the 63 letters of a label.</summary>
    private const int MaxName = 52;

    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    private static readonly string[] Descriptors = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

    public static void CronJob(Subject cron)
    {
        var (spec, name) = (cron.In("spec")!, cron["metadata"].Text("name") ?? "");
        if (cron.Old is null && name.Length > MaxName)
            cron.Invalid("metadata.name", $"must be no more than {MaxName} characters");
        var schedule = spec.Text("schedule");
        if (schedule.Length == 0)
            return;
        if (Wrong(schedule) is { } wrong)
            spec.Invalid("schedule", wrong);
        if (schedule.Contains("TZ", StringComparison.Ordinal))
        {
            if (cron.Old?["spec"].Text("schedule")?.Contains("TZ", StringComparison.Ordinal) != true)
                spec.Invalid("schedule", "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
            else if (spec["timeZone"] is not null)
                spec.Invalid("schedule", "cannot use both timeZone field and TZ or CRON_TZ in schedule");
        }

        if (spec["timeZone"] is null || (cron.Old is not null && !spec.Changes("timeZone")))
            return;
        var zone = spec.Text("timeZone");
        if (zone.Length == 0)
            spec.Invalid("timeZone", "timeZone must be nil or non-empty string");
        else if (zone.Equals("local", StringComparison.OrdinalIgnoreCase))
            spec.Invalid("timeZone", "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
        else if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            spec.Invalid("timeZone", $"unknown time zone {zone}");
    }

    public static void Template(Subject template)
    {
        var spec = template.In("spec")!;
        if (spec["selector"] is not null)
            spec.Invalid("selector", "`selector` will be auto-generated");
        if (spec.Value.Flag("manualSelector"))
            spec.NotSupported("manualSelector", "nil", "false");
    }

    /// <summary>What is wrong with a schedule (the five fields of cron, or a descriptor), or null.</summary>
    public static string? Wrong(string schedule)
    {
        if (schedule.StartsWith("TZ=", StringComparison.Ordinal) || schedule.StartsWith("CRON_TZ=", StringComparison.Ordinal))
        {
            var space = schedule.IndexOf(' ', StringComparison.Ordinal);
            if (space < 0)
                return "parser panic";
            schedule = schedule[space..].Trim();
        }

        if (schedule.StartsWith('@'))
        {
            return Descriptors.Contains(schedule) || (schedule.StartsWith("@every ", StringComparison.Ordinal) && IsDuration(schedule[7..]))
                ? null : $"unrecognized descriptor: {schedule}";
        }

        var fields = schedule.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5)
            return $"expected exactly 5 fields, found {fields.Length}: [{string.Join(' ', fields)}]";
        return WrongField(fields[0], 0, 59, []) ?? WrongField(fields[1], 0, 23, []) ?? WrongField(fields[2], 1, 31, [])
            ?? WrongField(fields[3], 1, 12, Months) ?? WrongField(fields[4], 0, 6, Days);
    }

    private static string? WrongField(string field, int least, int most, string[] names)
    {
        foreach (var part in field.Split(','))
        {
            var step = part.Split('/');
            var range = step[0].Split('-');
            if (step.Length > 2)
                return $"too many slashes: {part}";
            if (range.Length > 2)
                return $"too many hyphens: {part}";
            if (step.Length == 2 && !(int.TryParse(step[1], NumberStyles.None, CultureInfo.InvariantCulture, out var every) && every > 0))
                return $"step of range should be a positive number: {part}";
            if (range[0] is "*" or "?")
            {
                if (range.Length > 1)
                    return $"failed to parse int from {part}";
                continue;
            }

            var bounds = range.Select(bound => NumberOf(bound, least, names)).ToList();
            if (bounds.Contains(null))
                return $"failed to parse int from {part}";
            if (bounds[0] < least)
                return $"beginning of range ({bounds[0]}) below minimum ({least}): {part}";
            if (bounds[^1] > most)
                return $"end of range ({bounds[^1]}) above maximum ({most}): {part}";
            if (bounds[0] > bounds[^1])
                return $"beginning of range ({bounds[0]}) beyond end of range ({bounds[^1]}): {part}";
        }

        return null;
    }

    private static int? NumberOf(string text, int least, string[] names)
    {
        var name = Array.IndexOf(names, text.ToLowerInvariant());
        return name >= 0 ? name + least : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>Whether Go's <c>time.ParseDuration</c> would take it.</summary>
    private static bool IsDuration(string text) =>
        System.Text.RegularExpressions.Regex.IsMatch(text, @"\A[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h)(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h))*\z", System.Text.RegularExpressions.RegexOptions.NonBacktracking);
}
