using System.Net.Sockets;
using Microsoft.Extensions.Options;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Configuration;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Hosting;

/// <summary>Turns what can go wrong at start, and that a user can mend, into one line.</summary>
internal static class StartupError
{
    /// <summary>The line, or null when the exception is not a user's to mend.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        SettingsException or KubeConfigurationException or OptionsValidationException => exception.Message,
        OrleansException or KubeApiException => exception.Message,
        SocketException socket => socket.Message,
        AggregateException { InnerExceptions: [var only] } => Explain(only),
        _ => null,
    };
}
