using System.Text;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansOperator.Silo.Health;

/// <summary>Probe answers in the form that Kubernetes components give: <c>[+]name ok</c>, <c>[-]name why</c>.</summary>
internal static class HealthText
{
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
            text.Append(entry.Status == HealthStatus.Healthy ? "[+]" : "[-]").Append(name).Append(' ')
                .Append(entry.Status == HealthStatus.Healthy ? "ok" : entry.Description).Append('\n');
        }

        return text.Append(report.Status == HealthStatus.Healthy ? "ok" : "not ready").Append('\n').ToString();
    }
}
