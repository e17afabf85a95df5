using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Definitions;

/// <summary>The simple JSON paths of a CRD, such as <c>.spec.replicas</c>.</summary>
internal static class SimplePath
{
    /// <summary>Adds an error when a path is not one; whether it is.</summary>
    public static bool Validate(string path, string field, List<FieldError> errors)
    {
        if (path.StartsWith('.'))
            return true;
        errors.Add(FieldError.InvalidText(field, path, "must be a simple json path starting with ."));
        return false;
    }
}
