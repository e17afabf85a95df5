namespace OrleansOperator.Silo.Settings;

/// <summary>Refuses what looks like a setting and is none, so that a misspelled name is not ignored in silence.</summary>
internal static class UnknownNames
{
    private const string Prefix = Setting.Section + "__";

    private static readonly Dictionary<string, string> s_variables =
        SettingTable.All.ToDictionary(setting => setting.EnvironmentVariable, setting => setting.EnvironmentVariable, StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> s_keys =
        SettingTable.All.Select(setting => setting.ConfigurationKey).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Looks for environment variables that begin as those of settings do, or differ from one in upper and lower case only.</summary>
    /// <exception cref="SettingsException">There is one.</exception>
    public static void Refuse(IReadOnlyDictionary<string, string> environment)
    {
        foreach (var name in environment.Keys)
        {
            if (s_variables.TryGetValue(name, out var known) ? known == name : !name.StartsWith(Prefix, StringComparison.Ordinal))
                continue;
            throw new SettingsException($"Environment variable {name} is no setting: {(known is null ? "see --help for their names" : $"write {known}")}.");
        }
    }

    /// <summary>Looks for unknown keys in the section of the settings, and for settings outside it.</summary>
    /// <exception cref="SettingsException">There is one.</exception>
    public static void Refuse(IConfiguration file)
    {
        foreach (var child in file.GetSection(Setting.Section).GetChildren())
        {
            if (!s_keys.Contains(child.Path))
                throw new SettingsException($"{child.Path} in appsettings.json is no setting: see --help for their names.");
        }

        foreach (var child in file.GetChildren())
        {
            if (s_keys.Contains($"{Setting.Section}:{child.Key}"))
                throw new SettingsException($"{child.Key} in appsettings.json is outside the section {Setting.Section}: move it there.");
        }
    }
}
