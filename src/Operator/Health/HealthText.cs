using System.Text;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansOperator.KubeApi.Text;

namespace OrleansOperator.Silo.Health;

/// <summary>
/// Probe answers in the form that Kubernetes components give: <c>[+]name ok</c>, <c>[-]name why</c>, a line for each reason; and
/// <c>[+]name degraded: why</c> for what does not keep the silo from being ready.
/// </summary>
internal static class HealthText
{
    private const int LongestReason = 4096;

    public static HealthCheckOptions Options(string tag) => new()
    {
        Predicate = check => check.Tags.Contains(tag),
        ResponseWriter = (context, report) =>
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            return context.Response.WriteAsync(Format(report), context.RequestAborted);
        },
    };

    public static string Format(HealthReport report)
    {
        var text = new StringBuilder();
        foreach (var (name, entry) in report.Entries)
        {
            var sign = entry.Status switch
            {
                HealthStatus.Healthy => $"[+]{name} ok",
                HealthStatus.Degraded => $"[+]{name} degraded: ",
                _ => $"[-]{name} ",
            };
            foreach (var reason in entry.Status == HealthStatus.Healthy ? [""] : (entry.Description ?? "").Split('\n'))
                text.Append(sign).Append(OneLine.Of(reason, LongestReason)).Append('\n');
        }

        return text.Append(report.Status == HealthStatus.Unhealthy ? "not ready" : "ok").Append('\n').ToString();
    }
}
