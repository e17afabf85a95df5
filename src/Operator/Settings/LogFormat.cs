namespace OrleansOperator.Silo.Settings;

/// <summary>What a log line looks like.</summary>
public enum LogFormat
{
    /// <summary>For a reader: time, level, category, message.</summary>
    Text,

    /// <summary>For a log collector: one JSON object per line.</summary>
    Json,
}
