namespace OrleansOperator.Silo.Settings;

/// <summary>Reads the settings: the command line takes precedence over the environment, and that over appsettings.json.</summary>
internal static class SettingsReader
{
    /// <summary>Reads all settings.</summary>
    /// <param name="commandLine">The text given on the command line for a setting's name, or null.</param>
    /// <param name="environment">The environment variables.</param>
    /// <param name="file">appsettings.json.</param>
    /// <exception cref="SettingsException">A setting cannot be read; the message names it, where it came from and the remedy.</exception>
    public static SiloSettings Read(
        Func<string, string?> commandLine, IReadOnlyDictionary<string, string> environment, IConfiguration file)
    {
        UnknownNames.Refuse(environment);
        UnknownNames.Refuse(file);
        var settings = new SiloSettings();
        foreach (var setting in SettingTable.All)
        {
            var (text, source) =
                commandLine(setting.Name) is { } option ? (option, setting.Option)
                : environment.GetValueOrDefault(setting.EnvironmentVariable) is { Length: > 0 } variable ? (variable, setting.EnvironmentVariable)
                : FromFile(file, setting) is { } value ? (value, $"{setting.ConfigurationKey} in appsettings.json")
                : (null, "");
            if (text is null)
                continue;
            try
            {
                settings = text.Length > 0 ? setting.Apply(settings, text) : throw new FormatException("is empty");
            }
            catch (FormatException e)
            {
                throw new SettingsException($"{source}: '{text}' {e.Message}.");
            }
        }

        return Validate(settings);
    }

    private static SiloSettings Validate(SiloSettings settings)
    {
        if (settings.Dev && (settings.Kubeconfig ?? settings.Context ?? settings.Master?.ToString()) is not null)
            throw new SettingsException("--dev starts an API server of its own: leave out --kubeconfig, --context and --master, or --dev.");
        if (settings is { TlsName: not null, TlsDirectory: null })
            throw new SettingsException("--tls-name needs --tls-directory: give both or neither.");
        if (settings.AdminTokenFile is null && settings.AdminUrls.FirstOrDefault(url => !ListenAddress.Parse(url).IsLoopback) is { } open)
        {
            throw new SettingsException(
                $"--admin-urls {open} is open to the network: give --admin-token-file, or listen on 127.0.0.1 and use kubectl port-forward.");
        }

        Listener.EnsureApart(settings);
        return settings;
    }

    private static string? FromFile(IConfiguration file, Setting setting)
    {
        var section = file.GetSection(setting.ConfigurationKey);
        var children = section.GetChildren().ToList();
        if (children.Count == 0)
            return section.Value;
        if (!setting.IsList)
            throw new SettingsException($"{setting.ConfigurationKey} in appsettings.json takes one value, not a list or an object.");
        return string.Join(',', children.Select(child => setting.Name == "feed-ranges" ? $"{child.Key}={child.Value}" : child.Value));
    }
}
