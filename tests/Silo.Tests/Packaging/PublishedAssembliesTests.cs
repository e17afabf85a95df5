using System.Text.Json;

namespace OrleansOperator.Silo.Tests.Packaging;

/// <summary>What a published silo is made of: the manifest of its dependencies, which <c>dotnet publish</c> copies.</summary>
public sealed class PublishedAssembliesTests
{
    [Fact]
    public void A_published_silo_carries_no_compiler()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "OrleansOperator.Silo.deps.json")));

        var assemblies = manifest.RootElement.GetProperty("targets").EnumerateObject().Single().Value.EnumerateObject()
            .SelectMany(library => library.Value.TryGetProperty("runtime", out var runtime) ? runtime.EnumerateObject().Select(file => Path.GetFileName(file.Name)) : [])
            .ToList();

        Assert.Contains("Orleans.Runtime.dll", assemblies);
        Assert.DoesNotContain(assemblies, file =>
            file.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal)
            || file.StartsWith("System.Composition", StringComparison.Ordinal)
            || file.StartsWith("Humanizer", StringComparison.Ordinal));
    }
}
