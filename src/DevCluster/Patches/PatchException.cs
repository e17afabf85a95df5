namespace OrleansOperator.DevCluster.Patches;

/// <summary>A patch cannot be applied.</summary>
/// <param name="message">Why.</param>
/// <param name="code">The HTTP status that a real server answers with.</param>
internal sealed class PatchException(string message, int code = 422) : Exception(message)
{
    public int Code => code;
}
