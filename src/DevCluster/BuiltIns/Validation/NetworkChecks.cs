using System.Net;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns.Validation;

/// <summary>NetworkPolicies, Ingresses and their classes.</summary>
internal static class NetworkChecks
{
    private const string ClassAnnotation = "kubernetes.io/ingress.class";

    private static readonly string[] NotInPaths = ["//", "/./", "/../", "%2f", "%2F"];
    private static readonly string[] NotAtEnds = ["/..", "/."];

    public static void PolicyPort(Subject port)
    {
        if (port.Number("endPort") is not { } end)
            return;
        if (port.Number("port") is not { } number)
        {
            port.Invalid("endPort", port["port"] is null ? "may not be specified when `port` is not specified" : "may not be specified when `port` is non-numeric");
            return;
        }

        if (end < number)
            port.Invalid("endPort", "must be greater than or equal to `port`");
        if (end is < 1 or > 65535)
            port.Invalid("endPort", "must be between 1 and 65535, inclusive");
    }

    public static void PolicyPeer(Subject peer)
    {
        var (selects, block) = (peer["podSelector"] is not null || peer["namespaceSelector"] is not null, peer["ipBlock"] is not null);
        if (!selects && !block)
            peer.RequiredHere("must specify a peer");
        else if (selects && block)
            peer.ForbiddenHere("may not specify both ipBlock and another peer");
    }

    public static void IPBlock(Subject block)
    {
        if (FieldChecks.Network(block.Text("cidr")).Any())
            return;
        var (all, bits) = Parse(block.Text("cidr"));
        foreach (var (except, i) in block.Texts("except").Select((except, i) => (except, i)))
        {
            if (FieldChecks.Network(except).Any())
                continue;
            var (address, length) = Parse(except);
            if (length <= bits || !Contains(all, bits, address))
                block.Invalid($"except[{i}]", except, ["must be a strict subset of `cidr`"]);
        }
    }

    public static void Ingress(Subject ingress)
    {
        var spec = ingress.In("spec")!;
        if (ingress.Old is null && ingress["metadata"].Dig("annotations", ClassAnnotation)?.ToString() is { } annotation
            && spec["ingressClassName"] is not null && spec.Text("ingressClassName") != annotation)
        {
            ingress.Errors.Add(FieldError.InvalidText($"annotations.{ClassAnnotation}", annotation, "must match `ingressClassName` when both are specified"));
        }
    }

    public static void IngressSpec(Subject spec)
    {
        if (!spec.Has("rules") && spec["defaultBackend"] is null)
            spec.Errors.Add(FieldError.Invalid(spec.Path, "[]", "either `defaultBackend` or `rules` must be specified"));
    }

    public static void IngressHost(Subject rule)
    {
        var host = rule.Text("host");
        if (host.Length == 0)
            return;
        if (!FieldChecks.Address(host).Any())
            rule.Invalid("host", "must be a DNS name, not an IP address");
        rule.Invalid("host", host, host.Contains('*', StringComparison.Ordinal) ? Names.WildcardSubdomain(host) : Names.DnsSubdomain(host));
    }

    public static void IngressTls(Subject tls)
    {
        foreach (var (host, i) in tls.Texts("hosts").Select((host, i) => (host, i)))
            tls.Invalid($"hosts[{i}]", host, host.Contains('*', StringComparison.Ordinal) ? Names.WildcardSubdomain(host) : Names.DnsSubdomain(host));
    }

    public static void IngressPath(Subject path)
    {
        var (text, type) = (path.Text("path"), path.Text("pathType"));
        if (!text.StartsWith('/') && (type is "Exact" or "Prefix" || (type == "ImplementationSpecific" && text.Length > 0)))
            path.Invalid("path", text, ["must be an absolute path"]);
        if (type is not ("Exact" or "Prefix"))
            return;
        foreach (var bad in NotInPaths.Where(text.Contains))
            path.Invalid("path", text, [$"must not contain '{bad}'"]);
        foreach (var bad in NotAtEnds.Where(end => text.EndsWith(end, StringComparison.Ordinal)))
            path.Invalid("path", text, [$"cannot end with '{bad}'"]);
    }

    public static void IngressBackend(Subject backend)
    {
        // Without a type of path nothing else of it is looked at.
        if (backend.Parent!.Type.Name == "networking/HTTPIngressPath" && !backend.Parent.Has("pathType"))
            return;
        var (resource, service) = (backend["resource"] is not null, backend.In("service"));
        if (resource && service is not null)
            backend.InvalidHere("cannot set both resource and service backends");
        else if (!resource && service is null)
            backend.InvalidHere("resource or service backend is required");
        else if (service is not null)
            Backend(backend, service);
    }

    public static void ClassParameters(Subject parameters)
    {
        if (parameters.Text("scope") == "Namespace")
        {
            if (parameters["namespace"] is null)
                parameters.Required("namespace", "`parameters.scope` is set to 'Namespace'");
            else
                parameters.Invalid("namespace", parameters.Text("namespace"), Names.DnsLabel(parameters.Text("namespace")));
        }
        else if (parameters.Text("scope") == "Cluster" && parameters["namespace"] is not null)
        {
            parameters.Forbidden("namespace", "`parameters.scope` is set to 'Cluster'");
        }
    }

    private static void Backend(Subject backend, Subject service)
    {
        if (!service.Has("name"))
            service.Required("name");
        else
            service.Invalid("name", service.Text("name"), Names.DnsLabel(service.Text("name")));
        var (name, number) = (service["port"].Text("name") ?? "", service["port"].Number("number") ?? 0);
        if (name.Length > 0 && number != 0)
            backend.InvalidHere("cannot set both port name & port number");
        else if (name.Length > 0)
            service.Invalid("port.name", name, Names.PortName(name));
        else if (number == 0)
            backend.RequiredHere("port name or number is required");
        else if (number is < 1 or > 65535)
            service.Invalid("port.number", "must be between 1 and 65535, inclusive");
    }

    private static (byte[] Address, int Bits) Parse(string network)
    {
        var parts = network.Split('/');
        return (IPAddress.Parse(parts[0]).GetAddressBytes(), int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    private static bool Contains(byte[] network, int bits, byte[] address)
    {
        if (network.Length != address.Length)
            return false;
        for (var bit = 0; bit < bits; bit++)
        {
            var mask = 0x80 >> (bit % 8);
            if ((network[bit / 8] & mask) != (address[bit / 8] & mask))
                return false;
        }

        return true;
    }
}
