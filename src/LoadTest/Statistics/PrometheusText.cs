using System.Globalization;

namespace OrleansOperator.LoadTest.Statistics;

/// <summary>A sample of a metric.</summary>
/// <param name="Name">The metric.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Value">The value.</param>
internal sealed record MetricSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    /// <summary>The value of a label; empty when it has none.</summary>
    public string this[string label] => Labels.TryGetValue(label, out var value) ? value : "";
}

/// <summary>Reads the Prometheus text format.</summary>
internal static class PrometheusText
{
    /// <summary>All samples; lines that are none are passed over.</summary>
    public static IEnumerable<MetricSample> Read(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.Length > 0 && line[0] != '#' && Sample(line.Trim()) is { } sample)
                yield return sample;
        }
    }

    private static MetricSample? Sample(string line)
    {
        var at = line.AsSpan().IndexOfAny('{', ' ');
        if (at <= 0)
            return null;
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        var name = line[..at];
        if (line[at] == '{')
        {
            at++;
            while (at < line.Length && line[at] != '}')
            {
                var equals = line.IndexOf("=\"", at, StringComparison.Ordinal);
                if (equals < 0)
                    return null;
                var label = line[at..equals].Trim(',', ' ');
                var value = new System.Text.StringBuilder();
                for (at = equals + 2; at < line.Length && line[at] != '"'; at++)
                {
                    if (line[at] == '\\' && at + 1 < line.Length)
                        value.Append(line[++at] == 'n' ? '\n' : line[at]);
                    else
                        value.Append(line[at]);
                }

                at++;
                labels[label] = value.ToString();
                if (at < line.Length && line[at] == ',')
                    at++;
            }

            at++;
        }

        var rest = at < line.Length ? line[at..].TrimStart().Split(' ')[0] : "";
        return double.TryParse(rest.Replace("Inf", "Infinity", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? new MetricSample(name, labels, number)
            : null;
    }
}
