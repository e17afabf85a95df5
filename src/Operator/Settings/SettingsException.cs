namespace OrleansOperator.Silo.Settings;

/// <summary>A setting is wrong. The message is for the user: it names the setting, its source and the remedy.</summary>
public sealed class SettingsException(string message) : Exception(message);
