using System.Globalization;
using OrleansOperator.DevCluster.Schemas;
using OrleansOperator.DevCluster.Schemas.Cel;

namespace OrleansOperator.DevCluster.Definitions;

/// <summary>What the rules of one schema may cost, each and together (apiextensions, <c>validation.TotalCost</c>).</summary>
internal sealed class RuleCosts
{
    /// <summary>What one rule may cost.</summary>
    private const ulong MaxRule = 10_000_000;

    /// <summary>What all rules of a schema may cost.</summary>
    private const ulong MaxSchema = 100_000_000;

    private const int Most = 4;

    private readonly List<(string Path, ulong Cost)> _expensive = [];
    private ulong _total;

    /// <summary>Counts a rule or a message, and adds an error when it costs too much for itself.</summary>
    public void Add(string path, string what, ulong cost, List<FieldError> errors)
    {
        if (cost > MaxRule)
            errors.Add(FieldError.Forbidden(path, Exceeds($"estimated {what} cost", cost, MaxRule)));
        _total = CelSize.Sum(_total, cost);
        if (cost >= MaxSchema / 100)
            _expensive.Add((path, cost));
    }

    /// <summary>Adds errors when all of them cost too much together.</summary>
    public void Validate(string path, List<FieldError> errors)
    {
        if (_total <= MaxSchema)
            return;
        foreach (var (rule, _) in _expensive.OrderByDescending(static rule => rule.Cost).Take(Most))
            errors.Add(FieldError.Forbidden(rule, "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema"));
        errors.Add(FieldError.Forbidden(path, Exceeds("x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema", _total, MaxSchema)));
    }

    private static string Exceeds(string what, ulong cost, ulong limit)
    {
        var times = (double)cost / limit;
        var factor = times > 100 ? "more than 100x" : times.ToString(times < 1.5 ? "F6" : "F1", CultureInfo.InvariantCulture) + "x";
        return $"{what} exceeds budget by factor of {factor} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)";
    }
}
