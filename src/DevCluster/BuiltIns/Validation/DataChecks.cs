using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns.Validation;

/// <summary>ConfigMaps and Secrets.</summary>
internal static class DataChecks
{
    private const int MaxBytes = 1024 * 1024;

    /// <summary>What Secrets of a type have to have.</summary>
    private static readonly Dictionary<string, string[]> Keys = new()
    {
        ["kubernetes.io/dockercfg"] = [".dockercfg"],
        ["kubernetes.io/dockerconfigjson"] = [".dockerconfigjson"],
        ["kubernetes.io/ssh-auth"] = ["ssh-privatekey"],
        ["kubernetes.io/tls"] = ["tls.crt", "tls.key"],
    };

    public static void ConfigMap(Subject map)
    {
        var (data, binary) = (map.Value.Object("data") ?? [], map.Value.Object("binaryData") ?? []);
        foreach (var (key, _) in data.Where(pair => binary.ContainsKey(pair.Key)))
            map.Invalid($"data[{key}]", key, ["duplicate of key present in binaryData"]);
        if (data.Sum(pair => (long)Encoding.UTF8.GetByteCount(pair.Value!.ToString())) + binary.Sum(pair => BytesOf(pair.Value)) > MaxBytes)
            map.Errors.Add(FieldError.TooLong("[]", MaxBytes));
        Sealed(map, "data", "binaryData");
    }

    public static void Secret(Subject secret)
    {
        var (data, type) = (secret.Value.Object("data") ?? [], secret.Text("type"));
        if (data.Sum(pair => BytesOf(pair.Value)) > MaxBytes)
            secret.Errors.Add(FieldError.TooLong("data", MaxBytes));
        if (secret.Old is not null && secret.Changes("type"))
            secret.Invalid("type", "field is immutable");
        Sealed(secret, "data");
        if (type == "kubernetes.io/service-account-token" && string.IsNullOrEmpty(secret["metadata"].Dig("annotations", "kubernetes.io/service-account.name")?.ToString()))
            secret.Required("metadata.annotations[kubernetes.io/service-account.name]");
        if (type == "kubernetes.io/basic-auth" && !data.ContainsKey("username") && !data.ContainsKey("password"))
        {
            secret.Required("data[username]");
            secret.Required("data[password]");
        }

        foreach (var key in Keys.GetValueOrDefault(type) ?? [])
        {
            if (!data.ContainsKey(key) || (key == "ssh-privatekey" && BytesOf(data[key]) == 0))
                secret.Required($"data[{key}]");
            else if (key.StartsWith(".docker", StringComparison.Ordinal) && !IsJsonObject(data[key]!.ToString()))
                secret.Invalid($"data[{key}]", "<secret contents redacted>", ["it is not a JSON object"]);
        }
    }

    /// <summary>What is sealed neither changes nor is unsealed.</summary>
    private static void Sealed(Subject subject, params string[] fields)
    {
        if (!subject.Old.Flag("immutable"))
            return;
        if (!subject.Value.Flag("immutable"))
            subject.Forbidden("immutable", "field is immutable when `immutable` is set");
        foreach (var field in fields.Where(field => subject.Changes(field)))
            subject.Forbidden(field, "field is immutable when `immutable` is set");
    }

    private static bool IsJsonObject(string base64)
    {
        try
        {
            return JsonNode.Parse(Convert.FromBase64String(base64)) is JsonObject;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static long BytesOf(JsonNode? base64) => Convert.FromBase64String(base64?.ToString() ?? "").Length;
}
