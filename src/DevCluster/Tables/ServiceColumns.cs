using System.Globalization;
using System.Text.Json.Nodes;
using static OrleansOperator.DevCluster.Tables.Cells;

namespace OrleansOperator.DevCluster.Tables;

/// <summary>The columns of Services and of what they lead to.</summary>
internal static class ServiceColumns
{
    private const int Shown = 3;

    public static IReadOnlyList<TableColumn> All { get; } =
    [
        Field("Type", "spec", "type"),
        new("Cluster-IP", "string", obj => obj["spec"].List("clusterIPs")?.FirstOrDefault()?.ToString() ?? "<none>"),
        new("External-IP", "string", External),
        new("Port(s)", "string", Ports),
        TableColumn.Age,
        new("Selector", "string", obj => Labels(obj.Dig("spec", "selector")), 1),
    ];

    /// <summary>Where a load balancer is.</summary>
    public static string Balanced(JsonObject obj) => string.Join(",", (obj.Dig("status", "loadBalancer").List("ingress") ?? [])
        .Select(ingress => ingress.Text("ip") is { Length: > 0 } ip ? ip : ingress.Text("hostname")).Where(text => !string.IsNullOrEmpty(text)).Distinct().Order(StringComparer.Ordinal));

    public static JsonNode Endpoints(JsonObject endpoints)
    {
        var all = new List<string>();
        foreach (var subset in endpoints.List("subsets") ?? [])
        {
            var addresses = (subset.List("addresses") ?? []).Select(address => address.Text("ip") ?? "").ToList();
            var ports = subset.List("ports") ?? [];
            if (ports.Count == 0)
                all.AddRange(addresses);
            foreach (var port in ports)
                all.AddRange(addresses.Select(address => $"{(address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address)}:{port.Number("port")}"));
        }

        return Some(all, Shown);
    }

    public static JsonNode SlicePorts(JsonObject slice)
    {
        var ports = (slice.List("ports") ?? []).Select(port => port.Number("port")?.ToString(CultureInfo.InvariantCulture) ?? port.Text("name") ?? "*").ToList();
        return ports.Count == 0 ? "<unset>" : Some(ports, Shown);
    }

    public static JsonNode SliceEndpoints(JsonObject slice)
    {
        var all = (slice.List("endpoints") ?? []).SelectMany(endpoint => endpoint.List("addresses") ?? []).Select(address => address!.ToString()).ToList();
        return all.Count == 0 ? "<unset>" : Some(all, Shown);
    }

    private static JsonNode External(JsonObject service)
    {
        var given = (service["spec"].List("externalIPs") ?? []).Select(ip => ip!.ToString()).ToList();
        return service["spec"].Text("type") switch
        {
            "ClusterIP" or "NodePort" => given.Count > 0 ? string.Join(",", given) : "<none>",
            "LoadBalancer" => string.Join(",", Balanced(service).Split(',', StringSplitOptions.RemoveEmptyEntries).Concat(given)) is { Length: > 0 } text ? text : "<pending>",
            "ExternalName" => service["spec"].Text("externalName") ?? "",
            _ => "<unknown>",
        };
    }

    private static JsonNode Ports(JsonObject service)
    {
        var ports = (service["spec"].List("ports") ?? []).Select(port =>
            $"{port.Number("port")}{(port.Number("nodePort") is > 0 and var node ? ":" + node.ToString(CultureInfo.InvariantCulture) : "")}/{port.Text("protocol")}").ToList();
        return ports.Count == 0 ? "<none>" : string.Join(",", ports);
    }
}
