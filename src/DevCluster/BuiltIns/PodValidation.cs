using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>The part of pod validation that operators run into.</summary>
internal static partial class PodValidation
{
    public static void Validate(JsonObject spec, string path, string[] restartPolicies, List<FieldError> errors)
    {
        var containers = spec.List("containers") ?? [];
        if (containers.Count == 0)
            errors.Add(FieldError.Required(path + ".containers"));
        var names = new HashSet<string>();
        for (var i = 0; i < containers.Count; i++)
        {
            var at = $"{path}.containers[{i}]";
            var name = containers[i].Text("name") ?? "";
            if (name.Length == 0)
                errors.Add(FieldError.Required(at + ".name"));
            else if (!DnsLabel().IsMatch(name))
                errors.Add(FieldError.InvalidText(at + ".name", name, "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"));
            else if (!names.Add(name))
                errors.Add(FieldError.Duplicate(at + ".name", $"\"{name}\""));
            if (string.IsNullOrEmpty(containers[i].Text("image")))
                errors.Add(FieldError.Required(at + ".image"));
        }

        if (!restartPolicies.Contains(spec.Text("restartPolicy")))
            errors.Add(FieldError.NotSupported(path + ".restartPolicy", $"\"{spec.Text("restartPolicy")}\"", restartPolicies));
    }

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\z")]
    private static partial Regex DnsLabel();
}
