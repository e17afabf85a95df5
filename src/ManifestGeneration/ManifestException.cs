namespace OrleansOperator.ManifestGeneration;

/// <summary>Manifests cannot be generated; each problem names the member or the field, and the remedy.</summary>
/// <param name="what">What cannot be generated.</param>
/// <param name="problems">What is wrong, a line each.</param>
public sealed class ManifestException(string what, IReadOnlyList<string> problems)
    : Exception($"{what} cannot be generated:{string.Concat(problems.Select(static problem => "\n- " + problem))}")
{
    /// <summary>What is wrong.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
