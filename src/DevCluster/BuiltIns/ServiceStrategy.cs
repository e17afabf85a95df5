using System.Globalization;
using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>
/// What a server sets in Services: IP families, and addresses and node ports out of the usual ranges, which lead nowhere here. They are
/// handed out in order and never taken back.
/// </summary>
internal sealed class ServiceStrategy
{
    /// <summary>10.96.0.0/12, after the address of the service <c>kubernetes</c>.</summary>
    private const uint FirstAddress = (10u << 24) + (96u << 16) + 1;

    private const uint Addresses = 1u << 20;
    private const int FirstPort = 30000;
    private const int Ports = 2768;

    private uint _addresses;
    private int _ports;

    public Strategy Strategy => new() { Create = Create, Update = Update };

    private static bool IsExternal(JsonNode? spec) => spec.Text("type") == "ExternalName";

    private static bool IsHeadless(JsonObject spec) => (spec.Text("clusterIP") ?? spec.List("clusterIPs")?.FirstOrDefault()?.ToString()) == "None";

    private static bool HasNodePorts(JsonNode? spec) =>
        spec.Text("type") == "NodePort" || (spec.Text("type") == "LoadBalancer" && (spec!["allocateLoadBalancerNodePorts"] is null || spec.Flag("allocateLoadBalancerNodePorts")));

    private static bool HasHealthPort(JsonNode? spec) => spec.Text("type") == "LoadBalancer" && spec.Text("externalTrafficPolicy") == "Local";

    private static bool IsExternallyReachable(JsonNode? spec) =>
        spec.Text("type") is "NodePort" or "LoadBalancer" || (spec.Text("type") == "ClusterIP" && spec.List("externalIPs") is { Count: > 0 });

    private void Create(JsonObject service)
    {
        var spec = service["spec"]!.AsObject();
        if (spec.Text("clusterIP") is { Length: > 0 } address && spec.List("clusterIPs") is not { Count: > 0 })
            spec["clusterIPs"] = new JsonArray(address);
        Allocate(spec);
    }

    private void Update(JsonObject service, JsonObject old)
    {
        var (spec, before) = (service["spec"]!.AsObject(), old["spec"]!.AsObject());
        NormalizeAddresses(spec, before);
        KeepAllocated(spec, before);
        DropOfType(service, before);
        Allocate(spec);
    }

    /// <summary><c>clusterIP</c> is the first of <c>clusterIPs</c>; who changes the one alone means both.</summary>
    private static void NormalizeAddresses(JsonObject spec, JsonObject before)
    {
        var (address, was) = (spec.Text("clusterIP") ?? "", before.Text("clusterIP") ?? "");
        if (address == was || !JsonNode.DeepEquals(spec["clusterIPs"], before["clusterIPs"]))
            return;
        if (address.Length == 0)
            spec.Remove("clusterIPs");
        else
            spec["clusterIPs"] = new JsonArray(address);
    }

    /// <summary>What was allocated and is left out stays.</summary>
    private static void KeepAllocated(JsonObject spec, JsonObject before)
    {
        if (!IsExternal(spec) && !IsExternal(before))
        {
            if (string.IsNullOrEmpty(spec.Text("clusterIP")) && before["clusterIP"] is { } address)
                spec["clusterIP"] = address.DeepClone();
            if (spec.List("clusterIPs") is not { Count: > 0 } && spec.Text("clusterIP") == before.Text("clusterIP") && before["clusterIPs"] is { } addresses)
                spec["clusterIPs"] = addresses.DeepClone();
            foreach (var field in new[] { "ipFamilies", "ipFamilyPolicy" })
            {
                if (before[field] is { } value)
                    spec.Default(field, value.DeepClone());
            }
        }

        if (HasNodePorts(spec) && HasNodePorts(before))
        {
            foreach (var port in (spec.List("ports") ?? []).OfType<JsonObject>().Where(port => port["nodePort"] is null))
            {
                if ((before.List("ports") ?? []).FirstOrDefault(other => IsSamePort(port, other))?["nodePort"] is { } number)
                    port["nodePort"] = number.DeepClone();
            }
        }

        if (HasHealthPort(spec) && HasHealthPort(before) && before["healthCheckNodePort"] is { } health)
            spec.Default("healthCheckNodePort", health.DeepClone());
    }

    private static bool IsSamePort(JsonNode? port, JsonNode? other) =>
        port.Number("port") == other.Number("port") && port.Text("protocol") == other.Text("protocol");

    /// <summary>What belongs to the type that a Service had goes with it, unless the client has changed it.</summary>
    private static void DropOfType(JsonObject service, JsonObject before)
    {
        var spec = service["spec"]!.AsObject();
        if (IsExternal(spec) && !IsExternal(before))
        {
            foreach (var field in new[] { "clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy" })
                DropUnchanged(spec, before, field);
        }

        if (!HasNodePorts(spec) && HasNodePorts(before))
        {
            foreach (var port in (spec.List("ports") ?? []).OfType<JsonObject>())
            {
                if ((before.List("ports") ?? []).Any(other => IsSamePort(port, other) && other.Number("nodePort") == port.Number("nodePort")))
                    port.Remove("nodePort");
            }
        }

        if (HasHealthPort(before) && !HasHealthPort(spec))
            DropUnchanged(spec, before, "healthCheckNodePort");
        if (before.Text("type") == "LoadBalancer" && spec.Text("type") != "LoadBalancer")
        {
            DropUnchanged(spec, before, "allocateLoadBalancerNodePorts");
            DropUnchanged(spec, before, "loadBalancerClass");
        }

        if (IsExternallyReachable(before) && !IsExternallyReachable(spec))
            DropUnchanged(spec, before, "externalTrafficPolicy");
        if (spec.Text("type") != "LoadBalancer" && service.Dig("status", "loadBalancer") is not null)
            service["status"]!["loadBalancer"] = new JsonObject();
    }

    private static void DropUnchanged(JsonObject spec, JsonObject before, string field)
    {
        if (JsonNode.DeepEquals(spec[field], before[field]))
            spec.Remove(field);
    }

    private void Allocate(JsonObject spec)
    {
        if (!IsExternal(spec))
        {
            var isOpen = IsHeadless(spec) && spec.Object("selector") is not { Count: > 0 };
            if (spec["ipFamilyPolicy"] is null)
                spec["ipFamilyPolicy"] = isOpen ? "RequireDualStack" : "SingleStack";
            if (spec.List("ipFamilies") is not { Count: > 0 })
                spec["ipFamilies"] = isOpen && spec.Text("ipFamilyPolicy") != "SingleStack" ? new JsonArray("IPv4", "IPv6") : new JsonArray("IPv4");
            if (spec.List("clusterIPs") is not { Count: > 0 })
            {
                var address = Address();
                (spec["clusterIP"], spec["clusterIPs"]) = (address, new JsonArray(address));
            }
        }

        if (HasNodePorts(spec))
        {
            foreach (var port in (spec.List("ports") ?? []).OfType<JsonObject>())
                port["nodePort"] ??= Port();
        }

        if (HasHealthPort(spec))
            spec["healthCheckNodePort"] ??= Port();
    }

    private string Address()
    {
        var address = FirstAddress + (Interlocked.Increment(ref _addresses) % Addresses);
        return string.Create(CultureInfo.InvariantCulture, $"{address >> 24}.{(address >> 16) & 255}.{(address >> 8) & 255}.{address & 255}");
    }

    private int Port() => FirstPort + (Interlocked.Increment(ref _ports) % Ports);
}
