namespace OrleansOperator.DevCluster.Schemas;

/// <summary>What a value is like by a schema (kube-openapi, <c>validate.Result</c>).</summary>
internal sealed class ValidationResult
{
    /// <summary>From here on, errors are told apart by a set.</summary>
    private const int Few = 8;

    private readonly List<FieldError> _errors = [];
    private HashSet<FieldError>? _known;

    /// <summary>What is wrong, each thing once.</summary>
    public IReadOnlyList<FieldError> Errors => _errors;

    /// <summary>How many checks it passed: of alternatives that all fail, the one with the most is told.</summary>
    public int Matches { get; set; }

    public bool IsValid => _errors.Count == 0;

    public void Add(FieldError error)
    {
        if (_errors.Count >= Few)
            _known ??= [.. _errors];
        if (_known?.Add(error) ?? !_errors.Contains(error))
            _errors.Add(error);
    }

    public void Merge(ValidationResult other)
    {
        foreach (var error in other._errors)
            Add(error);
        Matches += other.Matches;
    }

    /// <summary>Forgets all errors but the first ones.</summary>
    public void Truncate(int count)
    {
        for (var i = count; i < _errors.Count; i++)
            _known?.Remove(_errors[i]);
        _errors.RemoveRange(count, _errors.Count - count);
    }
}
