namespace OrleansOperator.KubeApi.Configuration.Kubeconfigs;

/// <summary>A user of a kubeconfig. Paths are absolute.</summary>
internal sealed record KubeconfigUser(string Name)
{
    /// <summary>A bearer token.</summary>
    public string? Token { get; init; }

    /// <summary>File with a bearer token; goes before <see cref="Token"/>.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Name for basic authentication.</summary>
    public string? Username { get; init; }

    /// <summary>Password for basic authentication.</summary>
    public string? Password { get; init; }

    /// <summary>File with a client certificate.</summary>
    public string? ClientCertificate { get; init; }

    /// <summary>The same inline, in base64.</summary>
    public string? ClientCertificateData { get; init; }

    /// <summary>File with the key of the client certificate.</summary>
    public string? ClientKey { get; init; }

    /// <summary>The same inline, in base64.</summary>
    public string? ClientKeyData { get; init; }

    /// <summary>Program that prints credentials.</summary>
    public KubeconfigExec? Exec { get; init; }

    /// <summary>Name and settings of an auth provider.</summary>
    public KubeconfigAuthProvider? AuthProvider { get; init; }

    /// <summary>Whom to act as; null for nobody else.</summary>
    public Impersonation? Impersonate { get; init; }
}

/// <summary>An exec plugin as the kubeconfig describes it.</summary>
internal sealed record KubeconfigExec
{
    /// <summary>Version of the ExecCredential that the plugin speaks.</summary>
    public required string? ApiVersion { get; init; }

    /// <summary>Path, or a name that is looked up in PATH.</summary>
    public required string? Command { get; init; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Environment variables on top of this process's.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>What to do when the command is missing.</summary>
    public string? InstallHint { get; init; }

    /// <summary>Whether the plugin is told which cluster it is for.</summary>
    public bool ProvideClusterInfo { get; init; }

    /// <summary><c>Never</c>, <c>IfAvailable</c> or <c>Always</c>: whether it may, or must, use a terminal.</summary>
    public string? InteractiveMode { get; init; }
}

/// <summary>An auth provider, of which only <c>oidc</c> is left.</summary>
internal sealed record KubeconfigAuthProvider(string? Name, IReadOnlyDictionary<string, string> Config);
