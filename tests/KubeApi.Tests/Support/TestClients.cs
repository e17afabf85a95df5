using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansOperator.KubeApi.Configuration;

namespace OrleansOperator.KubeApi.Tests.Support;

internal static class TestClients
{
    /// <summary>An environment in which nothing is set.</summary>
    public static KubeEnvironment Nowhere { get; } = new(static _ => null, "/nonexistent/home", "/nonexistent/serviceaccount", HasTerminal: false);

    public static KubeConnection Load(KubeEnvironment environment, KubeApiOptions? options = null, TimeProvider? time = null) =>
        new KubeConnectionLoader(environment, time ?? TimeProvider.System, NullLogger.Instance).Load(options ?? new KubeApiOptions());

    /// <summary>A client with what a kubeconfig file says.</summary>
    public static KubeApiClient FromKubeconfig(string path, TimeProvider? time = null) =>
        FromConnection(Load(Nowhere, new KubeApiOptions { Kubeconfig = path }, time), time);

    public static KubeApiClient FromConnection(KubeConnection connection, TimeProvider? time = null) => new(
        connection, new KubeApiOptions(), new KubeApiMetrics(new Meter("tests")), time ?? TimeProvider.System);
}
