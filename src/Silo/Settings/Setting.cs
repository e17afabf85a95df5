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
    /// <summary>Whether it may be given several times, or as a list divided by commas.</summary>
    public bool IsList { get; init; }

    /// <summary>The option on the command line.</summary>
    public string Option => "--" + Name;

    /// <summary>The environment variable.</summary>
    public string EnvironmentVariable => "OPERATOR_" + Name.ToUpperInvariant().Replace('-', '_');

    /// <summary>The key in appsettings.json.</summary>
    public string ConfigurationKey =>
        "Operator:" + string.Concat(Name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
