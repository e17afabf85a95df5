using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns.Validation;

/// <summary>Services and what they lead to.</summary>
internal static class ServiceChecks
{
    public static void Service(Subject service)
    {
        var spec = service.In("spec")!;
        if (service.Old is not null)
            Update(spec, service.Old["spec"]!.AsObject());
        var (type, addresses) = (spec.Text("type"), spec.Texts("clusterIPs"));
        var isHeadless = IsHeadless(spec.Value);
        if (!spec.Has("ports") && !isHeadless && type != "ExternalName")
            spec.Required("ports");
        if (isHeadless && type is "LoadBalancer" or "NodePort")
            spec.Invalid("clusterIPs[0]", "None", [$"may not be set to 'None' for {type} services"]);
        if (type == "ExternalName")
            External(spec);
        else
            Addresses(spec, addresses);
        Ports(spec, type);
        if (spec.Text("sessionAffinity") == "None")
            spec.Forbid("sessionAffinityConfig", "must not be set when session affinity is None");
        if (type != "LoadBalancer")
        {
            if (spec["loadBalancerSourceRanges"] is not null)
                spec.Forbidden("LoadBalancerSourceRanges", "may only be used when `type` is 'LoadBalancer'");
            if (spec["allocateLoadBalancerNodePorts"] is not null)
                spec.Forbidden("allocateLoadBalancerNodePorts", "may only be used when `type` is 'LoadBalancer'");
            if (spec["loadBalancerClass"] is not null)
                spec.Forbidden("loadBalancerClass", "may only be used when `type` is 'LoadBalancer'");
        }
        else
        {
            foreach (var (range, i) in spec.Texts("loadBalancerSourceRanges").Select((range, i) => (range.Trim(), i)))
                spec.Invalid($"LoadBalancerSourceRanges[{i}]", range, FieldChecks.Network(range));
            spec.Invalid("loadBalancerClass", spec.Text("loadBalancerClass"), spec.Has("loadBalancerClass") ? Resources.Names.QualifiedName(spec.Text("loadBalancerClass")) : []);
        }

        Traffic(spec, type);
    }

    public static void EndpointSubset(Subject subset)
    {
        if (!subset.Has("addresses") && !subset.Has("notReadyAddresses"))
            subset.RequiredHere("must specify `addresses` or `notReadyAddresses`");
        foreach (var port in subset.Items("ports"))
        {
            if (subset.Value.List("ports")!.Count > 1 && !port.Has("name"))
                port.Required("name");
        }
    }

    public static void EndpointSlice(Subject slice)
    {
        var type = slice.Text("addressType");
        foreach (var endpoint in slice.Items("endpoints"))
        {
            var addresses = endpoint.Texts("addresses");
            if (addresses.Count == 0)
                endpoint.Required("addresses", "must contain at least 1 address");
            for (var i = 0; i < addresses.Count; i++)
            {
                endpoint.Invalid($"addresses[{i}]", addresses[i], type == "FQDN" ? Resources.Names.DnsSubdomain(addresses[i]) : FieldChecks.Address(addresses[i]));
                if (FamilyOf(addresses[i]) is { } family && type is "IPv4" or "IPv6" && family != type)
                    endpoint.Invalid($"addresses[{i}]", addresses[i], [$"must be an {type} address"]);
            }

            if (endpoint.Has("hostname"))
                endpoint.Invalid("hostname", endpoint.Text("hostname"), Resources.Names.DnsLabel(endpoint.Text("hostname")));
            if (endpoint.Has("nodeName"))
                endpoint.Invalid("nodeName", endpoint.Text("nodeName"), Resources.Names.DnsSubdomain(endpoint.Text("nodeName")));
        }

        var names = new HashSet<string>();
        foreach (var port in slice.Items("ports"))
        {
            if (!names.Add(port.Text("name")))
                port.Duplicate("name", port.Text("name"));
        }
    }

    private static bool IsHeadless(JsonObject spec) => (spec.List("clusterIPs")?.FirstOrDefault()?.ToString() ?? spec.Text("clusterIP")) == "None";

    private static string? FamilyOf(string address) => IPAddress.TryParse(address, out var parsed) ? parsed.AddressFamily == AddressFamily.InterNetwork ? "IPv4" : "IPv6" : null;

    private static void External(Subject spec)
    {
        foreach (var field in new[] { "clusterIPs", "ipFamilies", "ipFamilyPolicy" })
            spec.Forbid(field, "may not be set for ExternalName services");
        var name = spec.Text("externalName").TrimEnd('.');
        if (name.Length == 0)
            spec.Required("externalName");
        else
            spec.Invalid("externalName", name, Resources.Names.DnsSubdomain(name));
    }

    private static void Addresses(Subject spec, List<string> addresses)
    {
        var first = spec.Text("clusterIP");
        if (first.Length > 0 && addresses.Count > 0 && addresses[0] != first)
            spec.Invalid("clusterIPs", "first value must match `clusterIP`");
        else if (first.Length == 0 && addresses.Count > 0)
            spec.Invalid("clusterIPs", "must be empty when `clusterIP` is not specified");
        var areValid = true;
        for (var i = 0; i < addresses.Count; i++)
        {
            if (i == 0 && addresses[i] == "None")
            {
                if (addresses.Count > 1)
                    spec.Invalid("clusterIPs", "'None' must be the first and only value");
                areValid &= addresses.Count == 1;
                continue;
            }

            var wrong = FieldChecks.Address(addresses[i]).ToList();
            areValid &= wrong.Count == 0;
            spec.Invalid($"clusterIPs[{i}]", addresses[i], wrong);
        }

        if (addresses.Count > 2)
            spec.Invalid("clusterIPs", "may only hold up to 2 values");
        if (!areValid || IsHeadless(spec.Value))
            return;
        if (addresses.Count > 1 && addresses.Select(FamilyOf).Distinct().Count() == 1)
            spec.Invalid("clusterIPs", "may specify no more than one IP for each IP family");
        foreach (var (family, i) in spec.Texts("ipFamilies").Take(addresses.Count).Select((family, i) => (family, i)))
        {
            if (FamilyOf(addresses[i]) != family && family is "IPv4" or "IPv6")
                spec.Invalid($"clusterIPs[{i}]", addresses[i], [$"expected an {family} value as indicated by `ipFamilies[{i}]`"]);
        }
    }

    private static void Ports(Subject spec, string type)
    {
        var ports = spec.Items("ports").ToList();
        var (names, nodePorts, numbers) = (new HashSet<string>(), new HashSet<(string, long?)>(), new HashSet<(string, long?)>());
        foreach (var port in ports)
        {
            var protocol = port.Text("protocol");
            if (!port.Has("name"))
            {
                if (ports.Count > 1)
                    port.Required("name");
            }
            else if (!names.Add(port.Text("name")))
            {
                port.Duplicate("name", port.Text("name"));
            }

            if (port.Has("nodePort") && type == "ClusterIP")
                port.Forbidden("nodePort", "may not be used when `type` is 'ClusterIP'");
            if (port.Has("nodePort") && !nodePorts.Add((protocol, port.Number("nodePort"))))
                port.Duplicate("nodePort", port["nodePort"]);
            if (!numbers.Add((protocol, port.Number("port"))))
                port.Errors.Add(FieldError.Duplicate(port.Path, $"{{\"Name\":\"\",\"Protocol\":\"{protocol}\",\"AppProtocol\":null,\"Port\":{port.Number("port")},\"TargetPort\":0,\"NodePort\":0}}"));
        }
    }

    private static void Traffic(Subject spec, string type)
    {
        var isReachable = type is "NodePort" or "LoadBalancer" || (type == "ClusterIP" && spec.Has("externalIPs"));
        if (!isReachable)
        {
            if (spec.Has("externalTrafficPolicy"))
                spec.Invalid("externalTrafficPolicy", "may only be set for externally-accessible services");
        }
        else if (spec.Text("externalTrafficPolicy") is not ("Cluster" or "Local"))
        {
            spec.NotSupported("externalTrafficPolicy", "Cluster", "Local");
        }

        var needsHealth = type == "LoadBalancer" && spec.Text("externalTrafficPolicy") == "Local";
        if (!needsHealth && spec.Has("healthCheckNodePort"))
            spec.Invalid("healthCheckNodePort", "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
    }

    private static void Update(Subject spec, JsonObject old)
    {
        if (spec.Text("type") == "ExternalName" || old.Text("type") == "ExternalName")
            return;
        var bothHeadless = IsHeadless(spec.Value) && IsHeadless(old);
        if (!bothHeadless)
            Kept(spec, "clusterIPs", old, "primary clusterIP can not be unset", "must be set to 'SingleStack' when releasing the secondary clusterIP");
        if (IsHeadless(spec.Value) == IsHeadless(old) && !bothHeadless)
            Kept(spec, "ipFamilies", old, "primary ipFamily can not be unset", "must be set to 'SingleStack' when releasing the secondary ipFamily");
        if (spec.Text("type") == "LoadBalancer" && old.Text("type") == "LoadBalancer" && !JsonNode.DeepEquals(spec["loadBalancerClass"], old["loadBalancerClass"]))
            spec.Invalid("loadBalancerClass", "may not change once set");
    }

    /// <summary>The first of a pair stays; the second may come and go.</summary>
    private static void Kept(Subject spec, string field, JsonObject old, string unset, string released)
    {
        var (now, before) = (spec.Texts(field), (old.List(field) ?? []).Select(value => value!.ToString()).ToList());
        if (now.Count == before.Count)
        {
            for (var i = 0; i < now.Count; i++)
            {
                if (now[i] != before[i])
                    spec.Invalid($"{field}[{(field == "clusterIPs" ? i : 0)}]", spec[field], "may not change once set");
            }

            return;
        }

        if (now.Count == 0)
            spec.Invalid($"{field}[0]", spec[field], unset);
        else if (before.Count > 0 && now[0] != before[0])
            spec.Invalid($"{field}[0]", spec[field], "may not change once set");
        if (now.Count == 1 && before.Count > 1 && spec.Text("ipFamilyPolicy") != "SingleStack")
            spec.Invalid("ipFamilyPolicy", released);
    }
}
