using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns.Validation;

/// <summary>Volumes of pods, claims, and what they are claims of.</summary>
internal static class VolumeChecks
{
    private const long TenMinutes = 600;

    private static readonly string[] AccessModes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

    private static readonly string[] NoSource =
        ["accessModes", "capacity", "claimRef", "mountOptions", "nodeAffinity", "persistentVolumeReclaimPolicy", "storageClassName", "volumeAttributesClassName", "volumeMode"];

    public static void Volume(Subject volume)
    {
        var sources = volume.Type.Ordered.Select(field => field.Name).Where(name => name != "name" && volume[name] is not null).ToList();
        if (sources.Count == 0)
            volume.RequiredHere("must specify a volume type");
        foreach (var other in sources.Skip(1))
            volume.Forbidden(other, "may not specify more than 1 volume type");
        if (volume.In("image") is { } image && volume.Parent!.Parent!.Type.Name == "core/Pod" && !image.Has("reference"))
            image.Required("reference");
    }

    public static void EmptyDir(Subject source)
    {
        if (source["sizeLimit"] is { } limit && Quantity.Parse(limit.ToString()).Sign < 0)
            source.Forbidden("sizeLimit", "SizeLimit field must be a valid resource quantity");
    }

    /// <summary>Files with fields of the pod; they are complained of at their volume.</summary>
    public static void DownwardFiles(Subject source)
    {
        foreach (var file in source.Value.List("items") ?? [])
        {
            var path = file.Text("path") ?? "";
            if (path.Length == 0)
                source.Required("path");
            LocalPath(source, "path", path);
            if (file.Object("fieldRef") is null && file.Object("resourceFieldRef") is null)
                source.RequiredHere("one of fieldRef and resourceFieldRef is required");
            else if (file.Object("fieldRef") is not null && file.Object("resourceFieldRef") is not null)
                source.Errors.Add(FieldError.InvalidText(source.Path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously"));
            if (file.Number("mode") is < 0 or > 0b111_111_111)
                source.Invalid("mode", file!["mode"], "must be a number between 0 and 0777 (octal), both inclusive");
        }
    }

    public static void Projected(Subject projected)
    {
        var paths = new HashSet<string>();
        foreach (var source in projected.Items("sources"))
        {
            if (source.Value.Count > 1)
                source.ForbiddenHere("may not specify more than 1 volume type per source");
            if (source.In("serviceAccountToken") is { } token)
            {
                if (token.Number("expirationSeconds") is { } seconds && seconds is < TenMinutes or > 1L << 32)
                    token.Invalid("expirationSeconds", seconds < TenMinutes ? "may not specify a duration less than 10 minutes" : "may not specify a duration larger than 2^32 seconds");
                if (!token.Has("path"))
                    projected.Required("path");
                LocalPath(projected, "path", token.Text("path"));
            }

            foreach (var kind in new[] { "secret", "configMap", "downwardAPI" })
            {
                foreach (var item in source.In(kind)?.Value.List("items") ?? [])
                {
                    if (item.Text("path") is { Length: > 0 } path && !paths.Add(path))
                        projected.Errors.Add(FieldError.InvalidText(projected.Path, path, "conflicting duplicate paths"));
                }
            }
        }
    }

    public static void Mounts(Subject container, HashSet<string> volumes)
    {
        var paths = new HashSet<string>();
        var devices = (container.Value.List("volumeDevices") ?? []).ToList();
        foreach (var mount in container.Items("volumeMounts"))
        {
            var list = mount.Path[..mount.Path.LastIndexOf('[')];
            if (!volumes.Contains(mount.Text("name")))
                mount.NotFound("name", mount.Text("name"));
            if (!paths.Add(mount.Text("mountPath")))
                mount.Invalid("mountPath", "must be unique");
            if (devices.Any(device => device.Text("name") == mount.Text("name")))
                mount.Invalid("name", "must not already exist in volumeDevices");
            if (devices.Any(device => device.Text("devicePath") == mount.Text("mountPath")))
                mount.Invalid("mountPath", "must not already exist as a path in volumeDevices");
            foreach (var field in new[] { "subPath", "subPathExpr" })
            {
                foreach (var wrong in FieldChecks.Descending(mount.Text(field)))
                    mount.Errors.Add(FieldError.InvalidText($"{list}.{field}", mount.Text(field), wrong));
            }

            if (mount.Has("subPathExpr") && mount.Has("subPath"))
                mount.Invalid("subPathExpr", "subPathExpr and subPath are mutually exclusive");
            Propagation(mount, list, container.Value.Object("securityContext").Flag("privileged"));
        }
    }

    public static void Devices(Subject container, HashSet<string> volumes, HashSet<string> claims)
    {
        var (names, paths) = (new HashSet<string>(), new HashSet<string>());
        foreach (var device in container.Items("volumeDevices"))
        {
            var (name, path) = (device.Text("name"), device.Text("devicePath"));
            if (name.Length > 0 && !names.Add(name))
                device.Invalid("name", "must be unique");
            if (!volumes.Contains(name))
                device.NotFound("name", name);
            else if (!claims.Contains(name))
                device.Invalid("name", "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
            if (!paths.Add(path))
                device.Invalid("devicePath", "must be unique");
            if (FieldChecks.Inside(path).Any())
                device.Invalid("devicePath", "can not contain backsteps ('..')");
        }
    }

    public static void Claim(Subject claim)
    {
        if (claim.Old is null)
            return;
        var (spec, old) = (claim["spec"]!.AsObject().Clone(), claim.Old["spec"]!.AsObject().Clone());
        if (string.IsNullOrEmpty(old.Text("volumeName")))
            Same("volumeName");
        if (old["storageClassName"] is null)
            Same("storageClassName");
        if (claim["status"].Text("phase") == "Bound")
        {
            Same("resources");
            Same("volumeAttributesClassName");
        }

        if (!JsonNode.DeepEquals(spec, old))
            claim.Forbidden("spec", "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims");
        if (Storage(claim["spec"]) is { } size && Storage(claim.Old["spec"]) is { } before && size.CompareTo(before) < 0
            && (claim.Old["status"].Dig("capacity", "storage") is not { } capacity || size.CompareTo(Quantity.Parse(capacity.ToString())) <= 0))
        {
            claim.Forbidden("spec.resources.requests.storage", "field can not be less than status.capacity");
        }

        if (claim.Changes("spec", "volumeMode"))
            claim.Errors.Add(FieldError.Invalid("volumeMode", Subject.Shown(claim.Value.Dig("spec", "volumeMode")), "field is immutable"));

        void Same(string field)
        {
            spec.Remove(field);
            old.Remove(field);
        }
    }

    public static void ClaimSpec(Subject spec)
    {
        Modes(spec);
        if (Storage(spec.Value) is not { } size)
            spec.Required("resources[storage]");
        else if (size.Sign <= 0)
            spec.Invalid("resources[storage]", size.ToString(), "must be greater than zero");
        foreach (var field in new[] { "dataSource", "dataSourceRef" })
        {
            if (spec.In(field) is { } source && !source.Has("apiGroup") && source.Text("kind") is not ("" or "PersistentVolumeClaim"))
                spec.Invalid(field, source.Text("kind"), "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
        }

        if (spec["dataSource"] is { } old && spec["dataSourceRef"] is { } reference
            && (old.Text("kind") != reference.Text("kind") || old.Text("name") != reference.Text("name") || (old.Text("apiGroup") ?? "") != (reference.Text("apiGroup") ?? "")))
        {
            spec.InvalidHere("must match dataSourceRef");
        }
    }

    public static void PersistentVolumeSpec(Subject spec)
    {
        Modes(spec);
        var sources = spec.Type.Ordered.Select(field => field.Name).Where(name => !NoSource.Contains(name) && spec[name] is not null).ToList();
        if (sources.Count == 0)
            spec.RequiredHere("must specify a volume type");
        foreach (var other in sources.Skip(1))
            spec.Forbidden(other, "may not specify more than 1 volume type");
        var capacity = spec.Value.Object("capacity") ?? [];
        if (!capacity.ContainsKey("storage") || capacity.Count > 1)
            spec.NotSupported("capacity", "storage");
        foreach (var (name, amount) in capacity)
        {
            if (Quantity.Parse(amount!.ToString()).Sign <= 0)
                spec.Invalid($"capacity[{name}]", amount, "must be greater than zero");
        }

        if (spec["local"] is not null && spec["nodeAffinity"] is null)
            spec.Required("nodeAffinity", "Local volume requires node affinity");
    }

    public static void PersistentVolume(Subject volume)
    {
        if (volume.Old is null)
            return;
        var sources = volume.Value.Object("spec")!.Concat(volume.Old.Object("spec")!).Select(pair => pair.Key).Where(name => !NoSource.Contains(name)).Distinct();
        if (sources.Any(name => volume.Changes("spec", name)))
            volume.Forbidden("spec.persistentvolumesource", "spec.persistentvolumesource is immutable after creation");
        if (volume.Changes("spec", "volumeMode"))
            volume.Errors.Add(FieldError.Invalid("volumeMode", Subject.Shown(volume.Value.Dig("spec", "volumeMode")), "field is immutable"));
        if (volume.Old.Dig("spec", "nodeAffinity") is not null && volume.Changes("spec", "nodeAffinity"))
            volume.Errors.Add(FieldError.Invalid("nodeAffinity", Subject.Shown(volume.Value.Dig("spec", "nodeAffinity")), "field is immutable"));
    }

    public static void StorageClass(Subject storage)
    {
        foreach (var field in new[] { "parameters", "reclaimPolicy", "volumeBindingMode" })
        {
            if (!storage.Changes(field))
                continue;
            if (field == "parameters")
                storage.Forbidden(field, "updates to parameters are forbidden.");
            else if (field == "reclaimPolicy")
                storage.Forbidden(field, "updates to reclaimPolicy are forbidden.");
            else
                storage.Invalid(field, "field is immutable");
        }

        foreach (var (key, _) in storage.Value.Object("parameters") ?? [])
        {
            if (key.Length == 0)
                storage.Invalid("parameters", "", "field can not be empty.");
        }
    }

    private static void Modes(Subject spec)
    {
        var modes = spec.Texts("accessModes");
        foreach (var mode in modes.Where(mode => !AccessModes.Contains(mode)))
            spec.Errors.Add(FieldError.NotSupported(spec.At("accessModes"), GoText.Quote(mode), AccessModes));
        if (modes.Contains("ReadWriteOncePod") && modes.Any(mode => mode != "ReadWriteOncePod" && AccessModes.Contains(mode)))
            spec.Forbidden("accessModes", "may not use ReadWriteOncePod with other access modes");
    }

    private static void Propagation(Subject mount, string list, bool isPrivileged)
    {
        var (propagation, recursive) = (mount.Text("mountPropagation"), mount.Text("recursiveReadOnly"));
        if (mount["mountPropagation"] is not null && propagation is not ("Bidirectional" or "HostToContainer" or "None"))
            mount.Errors.Add(FieldError.NotSupported($"{list}.mountPropagation", GoText.Quote(propagation), ["Bidirectional", "HostToContainer", "None"]));
        else if (propagation == "Bidirectional" && !isPrivileged)
            mount.Errors.Add(FieldError.Forbidden($"{list}.mountPropagation", "Bidirectional mount propagation is available only to privileged containers"));
        if (recursive is "Enabled" or "IfPossible")
        {
            if (!mount.Value.Flag("readOnly"))
                mount.Errors.Add(FieldError.Forbidden($"{list}.recursiveReadOnly", "may only be specified when readOnly is true"));
            if (propagation is not ("" or "None"))
                mount.Errors.Add(FieldError.Forbidden($"{list}.recursiveReadOnly", "may only be specified when mountPropagation is None or not specified"));
        }
        else if (mount["recursiveReadOnly"] is not null && recursive != "Disabled")
        {
            mount.Errors.Add(FieldError.NotSupported($"{list}.recursiveReadOnly", GoText.Quote(recursive), ["Disabled", "Enabled", "IfPossible"]));
        }
    }

    private static void LocalPath(Subject subject, string field, string path)
    {
        subject.Invalid(field, path, FieldChecks.Descending(path));
        if (path.StartsWith("..", StringComparison.Ordinal) && !path.StartsWith("../", StringComparison.Ordinal))
            subject.Invalid(field, path, ["must not start with '..'"]);
    }

    private static Quantity? Storage(JsonNode? spec) => spec.Dig("resources", "requests", "storage") is { } amount ? Quantity.Parse(amount.ToString()) : null;
}
