namespace OrleansOperator.KubeApi.Configuration;

/// <summary>Where a process finds out which cluster is meant.</summary>
/// <param name="Variable">Value of an environment variable, or null.</param>
/// <param name="Home">The user's home directory.</param>
/// <param name="ServiceAccount">Directory of a pod's service account.</param>
/// <param name="HasTerminal">Whether a program that this process starts could ask its user something.</param>
internal sealed record KubeEnvironment(Func<string, string?> Variable, string Home, string ServiceAccount, bool HasTerminal)
{
    public static KubeEnvironment Process { get; } = new(
        Environment.GetEnvironmentVariable,
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        "/var/run/secrets/kubernetes.io/serviceaccount",
        !Console.IsInputRedirected);
}
