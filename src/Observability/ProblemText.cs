namespace OrleansOperator.Observability;

/// <summary>What an exception says, as one line for a reader.</summary>
public static class ProblemText
{
    private const int Longest = 500;

    /// <summary>
    /// The message without what follows it: some exceptions carry the stack traces of others in theirs. At most 500
    /// characters.
    /// </summary>
    public static string Of(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var text = exception.Message.AsSpan().Trim();
        var end = text.IndexOfAny('\r', '\n');
        if (text.IndexOf("   at ", StringComparison.Ordinal) is >= 0 and var stack && (end < 0 || stack < end))
            end = stack;
        if (end >= 0)
            text = text[..end].TrimEnd();
        if (text.IsEmpty)
            return exception.GetType().Name;
        return text.Length <= Longest ? text.ToString() : string.Concat(text[..(Longest - 1)], "…");
    }

    /// <summary>What exceptions of one cause have in common: their types, the innermost last.</summary>
    public static string CauseOf(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var name = exception.GetType().Name;
        return exception.InnerException is { } inner ? $"{name}/{CauseOf(inner)}" : name;
    }
}
