using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.BuiltIns.Validation;

/// <summary>Pods and templates of them.</summary>
internal static class PodChecks
{
    private const int MaxNameservers = 3;
    private const int MaxSearches = 32;
    private const int MaxSearchLength = 2048;

    private const string Updatable = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    private static readonly string[] Lists = ["containers", "initContainers"];
    private static readonly string[] AllLists = [.. Lists, "ephemeralContainers"];
    private static readonly string[] Tolerated = ["key", "operator", "value", "effect"];

    public static void Pod(Subject pod)
    {
        var spec = pod.In("spec")!;
        foreach (var container in Lists.SelectMany(spec.Items))
        {
            var image = container.Text("image");
            if (image.Trim().Length != image.Length)
                container.Invalid("image", "must not have leading or trailing whitespace");
        }

        if (pod.Old is null)
        {
            spec.Forbid("ephemeralContainers", "cannot be set on create");
            if (spec.Has("nodeName") && spec.Has("schedulingGates"))
                spec.Forbidden("nodeName", "cannot be set until all schedulingGates have been cleared");
            return;
        }

        Update(spec);
    }

    public static void Template(Subject template)
    {
        Resources.MetadataRules.ValidateLabels(template.Value["metadata"].Object("labels"), template.At("labels"), template.Errors);
        Resources.MetadataRules.ValidateAnnotations(template.Value["metadata"].Object("annotations"), template.At("annotations"), template.Errors);
        template.In("spec")!.Forbid("ephemeralContainers", "ephemeral containers not allowed in pod template");
    }

    /// <summary>What of the parts of a pod does not fit together.</summary>
    public static void Spec(Subject spec)
    {
        var isPod = spec.Parent!.Type.Name == "core/Pod";
        var hostNetwork = spec.Value.Flag("hostNetwork");
        if (hostNetwork)
        {
            foreach (var port in spec.Items("containers").SelectMany(container => container.Items("ports")))
            {
                if ((isPod || port.Has("hostPort")) && port.Number("hostPort") != port.Number("containerPort"))
                    port.Invalid("hostPort", "must match `containerPort` when `hostNetwork` is true");
            }
        }

        var isUserSpace = spec["hostUsers"] is { } users && !users.GetValue<bool>();
        foreach (var (field, name) in new[] { ("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC") })
        {
            if (isUserSpace && spec.Value.Flag(field))
                spec.Forbidden(name, "when `hostUsers` is false");
        }

        if (spec.Value["securityContext"] is not null && spec.Value.Flag("shareProcessNamespace") && spec.Value.Flag("hostPID"))
            spec.Errors.Add(Schemas.FieldError.Invalid(spec.At("securityContext.shareProcessNamespace"), "true", "ShareProcessNamespace and HostPID cannot both be enabled"));
        if (spec.Text("hostnameOverride").Length > 0)
        {
            if (spec.Value.Flag("setHostnameAsFQDN"))
                spec.Forbidden("hostnameOverride", "may not be specified when setHostnameAsFQDN is true");
            if (hostNetwork)
                spec.Forbidden("hostnameOverride", "may not be specified when hostNetwork is true");
            spec.Invalid("hostnameOverride", spec.Text("hostnameOverride"), Resources.Names.DnsSubdomain(spec.Text("hostnameOverride")));
        }

        var gates = spec.Value.List("schedulingGates") ?? [];
        for (var i = 0; i < gates.Count; i++)
        {
            var name = gates[i].Text("name") ?? "";
            spec.Invalid($"schedulingGates[{i}]", name, Resources.Names.QualifiedName(name));
            if (gates.Take(i).Any(other => other.Text("name") == name))
                spec.Duplicate($"schedulingGates[{i}]", name);
        }

        var spreads = spec.Value.List("topologySpreadConstraints") ?? [];
        for (var i = 0; i < spreads.Count; i++)
        {
            if (spreads.Skip(i + 1).Any(other => other.Text("topologyKey") == spreads[i].Text("topologyKey") && other.Text("whenUnsatisfiable") == spreads[i].Text("whenUnsatisfiable")))
                spec.Duplicate($"topologySpreadConstraints[{i}].{{topologyKey, whenUnsatisfiable}}", $"{{{spreads[i].Text("topologyKey")}, {spreads[i].Text("whenUnsatisfiable")}}}");
        }

        if (isPod && !spec.Has("serviceAccountName"))
        {
            foreach (var source in spec.Items("volumes").Select(volume => volume.In("projected")).OfType<Subject>().SelectMany(projected => projected.Items("sources")))
                source.Forbid("serviceAccountToken", "must not be specified when serviceAccountName is not set");
        }
    }

    /// <summary>Names of containers are unlike; mounts are of volumes that there are.</summary>
    public static void Names(Subject spec)
    {
        var (volumes, claims) = Volumes(spec);
        var seen = new HashSet<string>();
        foreach (var container in spec.Items("containers"))
        {
            if (!seen.Add(container.Text("name")))
                container.Duplicate("name", container.Text("name"));
        }

        var own = new HashSet<string>(seen);
        foreach (var container in spec.Items("initContainers"))
        {
            if (container.Has("name") && !seen.Add(container.Text("name")))
                container.Duplicate("name", container.Text("name"));
        }

        foreach (var container in AllLists.SelectMany(spec.Items))
        {
            VolumeChecks.Mounts(container, volumes);
            VolumeChecks.Devices(container, volumes, claims);
        }

        own.UnionWith(spec.Items("initContainers").Select(container => container.Text("name")));
        foreach (var container in spec.Items("ephemeralContainers"))
        {
            if (!seen.Add(container.Text("name")))
                container.Duplicate("name", container.Text("name"));
            if (container.Has("targetContainerName") && !own.Contains(container.Text("targetContainerName")))
                container.NotFound("targetContainerName", container.Text("targetContainerName"));
        }

        HostPorts(spec.Items("containers"));
        foreach (var container in spec.Items("initContainers"))
            HostPorts([container]);
    }

    public static void Dns(Subject spec)
    {
        var config = spec.In("dnsConfig");
        if (spec.Text("dnsPolicy") == "None")
        {
            if (config is null)
                spec.Required("dnsConfig", "must provide `dnsConfig` when `dnsPolicy` is None");
            else if (!config.Has("nameservers"))
                config.Required("nameservers", "must provide at least one DNS nameserver when `dnsPolicy` is None");
        }

        if (config is null)
            return;
        var (servers, searches) = (config.Texts("nameservers"), config.Texts("searches"));
        if (servers.Count > MaxNameservers)
            config.Invalid("nameservers", $"must not have more than {MaxNameservers} nameservers");
        for (var i = 0; i < servers.Count; i++)
            config.Invalid($"nameservers[{i}]", servers[i], FieldChecks.Address(servers[i]));
        if (searches.Count > MaxSearches)
            config.Invalid("searches", $"must not have more than {MaxSearches} search paths");
        if (string.Join(' ', searches).Length > MaxSearchLength)
            config.Invalid("searches", $"must not have more than {MaxSearchLength} characters (including spaces) in the search list");
        for (var i = 0; i < searches.Count; i++)
        {
            if (searches[i] != ".")
                config.Invalid($"searches[{i}]", searches[i], Resources.Names.DnsSubdomain(searches[i].TrimEnd('.').Replace('_', 'a')));
        }

        var options = config.Value.List("options") ?? [];
        for (var i = 0; i < options.Count; i++)
        {
            if (string.IsNullOrEmpty(options[i].Text("name")))
                config.Required($"options[{i}]", "must not be empty");
        }
    }

    /// <summary>Profiles of seccomp and AppArmor.</summary>
    public static void Profile(Subject profile)
    {
        var isLocal = profile.Text("type") == "Localhost";
        if (isLocal && profile.Value["localhostProfile"] is null)
            profile.Required("localhostProfile", "must be set when its type is Localhost");
        else if (isLocal && profile.Type.Name == "core/SeccompProfile")
            profile.Invalid("localhostProfile", profile.Text("localhostProfile"), FieldChecks.Descending(profile.Text("localhostProfile")));
        else if (!isLocal && profile.Text("type") is "RuntimeDefault" or "Unconfined" && profile.Value["localhostProfile"] is not null)
            profile.Invalid("localhostProfile", "can only be set when its type is Localhost");
    }

    public static void SecurityContext(Subject context)
    {
        if (context["allowPrivilegeEscalation"] is not { } allows || allows.GetValue<bool>())
            return;
        if (context.Value.Flag("privileged"))
            context.InvalidHere("cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
        if ((context["capabilities"].List("add") ?? []).Any(capability => capability?.ToString() == "CAP_SYS_ADMIN"))
            context.InvalidHere("cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
    }

    public static void Toleration(Subject toleration)
    {
        var operation = toleration.Text("operator");
        if (!toleration.Has("key") && operation != "Exists")
            toleration.Invalid("operator", operation, "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
        if (toleration["tolerationSeconds"] is not null && toleration.Text("effect") != "NoExecute")
            toleration.Invalid("effect", toleration.Text("effect"), "effect must be 'NoExecute' when `tolerationSeconds` is set");
        switch (operation)
        {
            case "Equal" or "":
                toleration.Invalid("operator", toleration.Text("value"), Resources.Names.LabelValue(toleration.Text("value")));
                break;
            case "Exists" when toleration.Has("value"):
                toleration.Invalid("operator", toleration.Text("value"), "value must be empty when `operator` is 'Exists'");
                break;
            case "Exists":
                break;
            default:
                toleration.NotSupported("operator", "Equal", "Exists");
                break;
        }
    }

    private static void Update(Subject spec)
    {
        var old = spec.Old!;
        foreach (var list in Lists)
        {
            if ((spec.Value.List(list)?.Count ?? 0) == (old.List(list)?.Count ?? 0))
                continue;
            spec.Forbidden(list, "pod updates may not add or remove containers");
            return;
        }

        var (deadline, before) = (spec.Number("activeDeadlineSeconds"), old.Number("activeDeadlineSeconds"));
        if (before is not null && deadline is null)
            spec.Invalid("activeDeadlineSeconds", "must not update from a positive integer to nil value");
        else if (deadline > before)
            spec.Invalid("activeDeadlineSeconds", "must be less than or equal to previous value");
        foreach (var toleration in old.List("tolerations") ?? [])
        {
            if (!(spec.Value.List("tolerations") ?? []).Any(other => IsSameToleration(toleration, other)))
                spec.Forbidden("tolerations", "existing toleration can not be modified except its tolerationSeconds");
        }

        var gates = (old.List("schedulingGates") ?? []).Select(gate => gate.Text("name")).ToList();
        foreach (var (gate, i) in (spec.Value.List("schedulingGates") ?? []).Select((gate, i) => (gate.Text("name"), i)))
        {
            if (!gates.Contains(gate))
                spec.Forbidden($"schedulingGates[{i}].name", $"only deletion is allowed, but found new scheduling gate '{gate}'");
        }

        var munged = Munged(spec.Value, old, gates.Count > 0);
        if (!JsonNode.DeepEquals(munged, old))
            spec.ForbiddenHere(Updatable);
    }

    /// <summary>A new spec with all that may change as it was.</summary>
    private static JsonObject Munged(JsonObject spec, JsonObject old, bool isGated)
    {
        var munged = spec.Clone();
        foreach (var list in Lists)
        {
            foreach (var (container, before) in (munged.List(list) ?? []).Zip(old.List(list) ?? []))
                container!["image"] = before!["image"]?.DeepClone();
        }

        var free = new List<string> { "activeDeadlineSeconds", "tolerations", "schedulingGates" };
        if (isGated)
            free.AddRange(["nodeSelector", "affinity"]);
        if (old.Number("terminationGracePeriodSeconds") < 0 && munged.Number("terminationGracePeriodSeconds") == 1)
            free.Add("terminationGracePeriodSeconds");
        foreach (var field in free)
        {
            munged.Remove(field);
            if (old[field] is { } kept)
                munged[field] = kept.DeepClone();
        }

        return munged;
    }

    private static bool IsSameToleration(JsonNode? toleration, JsonNode? other) =>
        Tolerated.All(field => (toleration.Text(field) ?? "") == (other.Text(field) ?? ""));

    private static void HostPorts(IEnumerable<Subject> containers)
    {
        var seen = new HashSet<string>();
        foreach (var port in containers.SelectMany(container => container.Items("ports")).Where(port => port.Has("hostPort")))
        {
            var key = $"{port.Text("protocol")}/{port.Text("hostIP")}/{port.Number("hostPort")}";
            if (!seen.Add(key))
                port.Duplicate("hostPort", key);
        }
    }

    /// <summary>The volumes of a pod, and which of them are claims; a StatefulSet's claims are volumes of its pods.</summary>
    private static (HashSet<string> All, HashSet<string> Claims) Volumes(Subject spec)
    {
        var (all, claims) = (new HashSet<string>(), new HashSet<string>());
        foreach (var volume in spec.Value.List("volumes") ?? [])
        {
            all.Add(volume.Text("name") ?? "");
            if (volume.Object("persistentVolumeClaim") is not null || volume.Object("ephemeral") is not null)
                claims.Add(volume.Text("name") ?? "");
        }

        foreach (var claim in spec.Parent?.Parent?.Value.List("volumeClaimTemplates") ?? [])
        {
            all.Add(claim?["metadata"].Text("name") ?? "");
            claims.Add(claim?["metadata"].Text("name") ?? "");
        }

        return (all, claims);
    }
}
