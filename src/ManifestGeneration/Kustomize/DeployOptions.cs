using System.Text.RegularExpressions;

namespace OrleansOperator.ManifestGeneration.Kustomize;

/// <summary>What the manifests of an operator are named after.</summary>
/// <param name="Name">Name of its objects and of its Orleans cluster; a DNS label of 40 characters at most.</param>
/// <param name="Image">Its container image, such as <c>registry.example.com/websites:1.2.0</c>.</param>
/// <param name="Namespace">The namespace that the overlays install it in, a DNS label.</param>
public sealed partial record DeployOptions(string Name, string Image, string Namespace)
{
    /// <summary>Names of pods, Services and Secrets are longer than that of the operator.</summary>
    private const int LongestName = 40;
    private const int LongestNamespace = 63;

    /// <summary>The repository of the image, with its registry.</summary>
    public string ImageName => Image[..(Tag is null ? Image.Length : Image.Length - Tag.Length - 1)];

    /// <summary>The tag of the image; null when there is none.</summary>
    public string? Tag => Image.LastIndexOf(':') is > 0 and var colon && !Image[colon..].Contains('/', StringComparison.Ordinal) ? Image[(colon + 1)..] : null;

    /// <summary>What is wrong with them, and the remedy.</summary>
    public IEnumerable<string> Problems()
    {
        if (Name.Length > LongestName || !Label().IsMatch(Name))
            yield return $"--name '{Name}': a name has up to {LongestName} lower case letters, digits and '-', begins with a letter and does not end with '-', such as website-operator";
        if (Namespace.Length > LongestNamespace || !Label().IsMatch(Namespace))
            yield return $"--namespace '{Namespace}': a namespace has up to {LongestNamespace} lower case letters, digits and '-', begins with a letter and does not end with '-'";
        if (Image.Contains('@', StringComparison.Ordinal))
            yield return $"--image '{Image}': kustomize sets a tag: give one, such as registry.example.com/website-operator:1.0.0";
        else if (!ImageReference().IsMatch(Image))
            yield return $"--image '{Image}' is no reference of an image with a tag, such as registry.example.com/website-operator:1.0.0";
    }

    [GeneratedRegex("^[a-z]([-a-z0-9]*[a-z0-9])?$")]
    private static partial Regex Label();

    /// <summary>As distribution/reference has it: host and port, path, tag.</summary>
    [GeneratedRegex(@"^([A-Za-z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+([._/-]+[a-z0-9]+)*:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$")]
    private static partial Regex ImageReference();
}
