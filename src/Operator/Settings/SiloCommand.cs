using System.Collections;
using System.CommandLine;

namespace OrleansOperator.Silo.Settings;

/// <summary>The command line: one option per entry of <see cref="SettingTable"/>.</summary>
internal static class SiloCommand
{
    /// <summary>Builds the command.</summary>
    /// <param name="run">Runs the silo with the settings read and returns the exit code.</param>
    public static RootCommand Create(Func<SiloSettings, CancellationToken, Task<int>> run)
    {
        var command = new RootCommand(
            "Runs one silo of the operator. Every option can also come from its environment variable, or from appsettings.json "
            + "(such as \"Operator\": { \"SiloPort\": 11111 }). The command line takes precedence over the environment, "
            + "and that over the file.");
        var options = new Dictionary<string, Option>();
        foreach (var setting in SettingTable.All)
        {
            Option option = setting switch
            {
                { ValueName: null } => new Option<bool>(setting.Option),
                { IsList: true } => new Option<string[]>(setting.Option) { HelpName = setting.ValueName, Arity = ArgumentArity.OneOrMore },
                _ => new Option<string>(setting.Option) { HelpName = setting.ValueName },
            };
            option.Description =
                $"{setting.Description}{(setting.Default is null ? "" : $" Default: {setting.Default}.")} [{setting.EnvironmentVariable}]";
            options[setting.Name] = option;
            command.Options.Add(option);
        }

        command.SetAction((result, cancellationToken) =>
        {
            string? Given(string name) => result.GetResult(options[name]) is null ? null : options[name] switch
            {
                Option<bool> flag => result.GetValue(flag) ? "true" : "false",
                Option<string[]> list => string.Join(',', result.GetValue(list) ?? []),
                Option<string> text => result.GetValue(text),
                _ => throw new InvalidOperationException($"The option {name} has no known type."),
            };
            var settings = SettingsReader.Read(Given, EnvironmentVariables(), SettingsFile());
            return run(settings, cancellationToken);
        });
        return command;
    }

    private static Dictionary<string, string> EnvironmentVariables() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(v => (string)v.Key, v => (string)(v.Value ?? ""));

    /// <summary>appsettings.json beside the program, and the one in the working directory over it.</summary>
    private static IConfigurationRoot SettingsFile() =>
        new ConfigurationBuilder()
            .SetBasePath(AppContext.BaseDirectory)
            .AddJsonFile("appsettings.json", optional: true)
            .AddJsonFile(Path.Combine(WorkingDirectory(), "appsettings.json"), optional: true)
            .Build();

    private static string WorkingDirectory()
    {
        try
        {
            return Environment.CurrentDirectory;
        }
        catch (IOException)
        {
            throw new SettingsException("The working directory does not exist any more: change to one that does.");
        }
    }
}
