using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace OrleansOperator.Silo.Tests.Architecture;

/// <summary>The engine serves any kind: none of its assemblies has a name or a text of the Foo controller in it.</summary>
public sealed class EngineTests
{
    [Theory]
    [InlineData("Grains.Interfaces")]
    [InlineData("Abstractions")]
    [InlineData("Observability")]
    [InlineData("KubeApi")]
    [InlineData("Grains")]
    [InlineData("WatchIngest")]
    [InlineData("Fleet")]
    [InlineData("Clustering.Kubernetes")]
    public void An_assembly_of_the_engine_mentions_neither_Foo_nor_Deployment(string assembly)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, $"OrleansOperator.{assembly}.dll")));

        Assert.DoesNotContain(Texts(file.GetMetadataReader()), text => text.Contains("Foo", StringComparison.Ordinal) || text.Contains("Deployment", StringComparison.Ordinal));
    }

    /// <summary>The names of types and members, and the texts that the code holds.</summary>
    private static IEnumerable<string> Texts(MetadataReader metadata)
    {
        for (var handle = metadata.GetNextHandle(default(StringHandle)); !handle.IsNil; handle = metadata.GetNextHandle(handle))
            yield return metadata.GetString(handle);
        for (var handle = metadata.GetNextHandle(default(UserStringHandle)); !handle.IsNil; handle = metadata.GetNextHandle(handle))
            yield return metadata.GetUserString(handle);
    }
}
