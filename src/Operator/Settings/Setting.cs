namespace OrleansOperator.Silo.Settings;

/// <summary>One thing a user can set: its name in each place it can come from, and how its text is read.</summary>
/// <param name="Name">Name on the command line without dashes, such as <c>silo-port</c>.</param>
/// <param name="ValueName">What stands for the value in the help, or null for a switch.</param>
/// <param name="Description">What it does.</param>
/// <param name="Default">The default in words, or null when there is none to tell.</param>
/// <param name="Apply">Reads the text into the settings; throws <see cref="FormatException"/> with what is expected.</param>
internal sealed record Setting(
    string Name,
    string? ValueName,
    string Description,
    string? Default,
    Func<SiloSettings, string, SiloSettings> Apply)
{
    /// <summary>The section of appsettings.json that all settings are in.</summary>
    public const string Section = "Operator";

    /// <summary>Whether it may be given several times, or as a list separated by commas.</summary>
    public bool IsList { get; init; }

    /// <summary>The option on the command line.</summary>
    public string Option => "--" + Name;

    /// <summary>The key in appsettings.json.</summary>
    public string ConfigurationKey =>
        Section + ":" + string.Concat(Name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>
    /// The environment variable: <see cref="ConfigurationKey"/> as .NET writes it in environments. No Service of a namespace can
    /// set it, as <c>OPERATOR_SILO_PORT</c> would be set for one named <c>operator-silo</c>: the names of service links have an
    /// underscore before <c>PORT</c> or <c>HOST</c>, and this one has none after the section.
    /// </summary>
    public string EnvironmentVariable => ConfigurationKey.Replace(":", "__", StringComparison.Ordinal);
}
