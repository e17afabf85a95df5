namespace OrleansOperator.KubeApi.Configuration;

/// <summary>
/// How to reach the API server cannot be found out: the message is one line that names the file or variable and the remedy.
/// </summary>
public sealed class KubeConfigurationException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">One line that names the file or variable and the remedy.</param>
    /// <param name="inner">What it comes from, if anything.</param>
    public KubeConfigurationException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
