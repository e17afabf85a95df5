using System.Net.Sockets;
using Microsoft.Extensions.Options;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Configuration;
using OrleansOperator.KubeApi.Text;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Hosting;

/// <summary>Turns what can go wrong at start, and that a user can remedy, into one line.</summary>
internal static class StartupError
{
    /// <summary>The line, or null when the exception is a bug.</summary>
    public static string? Explain(Exception exception) => Message(exception) is { } message ? OneLine.Of(message) : null;

    private static string? Message(Exception exception) => exception switch
    {
        SettingsException or KubeConfigurationException or OptionsValidationException => exception.Message,
        OrleansException or KubeApiException => exception.Message,

        // A configuration file that is no JSON, has a key twice, or is an array: the innermost exception knows the line.
        InvalidDataException => $"{exception.Message} {exception.GetBaseException().Message} Correct the file.",
        SocketException or IOException or UnauthorizedAccessException => exception.Message,
        AggregateException { InnerExceptions: [var only] } => Message(only),
        _ => null,
    };
}
