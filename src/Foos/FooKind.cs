using System.Globalization;
using System.Text.Json;
using OrleansOperator.Grains.Engine.Kinds;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Foos;

/// <summary>Foos.</summary>
internal sealed class FooKind() : ReconciledKind(FooResources.Foos, typeof(FooSnapshot))
{
    private const string Selector = "selector";

    /// <inheritdoc/>
    public override ResourceSnapshot Decode(ref Utf8JsonReader reader) => FooDecoder.Decode(ref reader);

    internal override bool HasStatus(ReconciledSnapshot obj, object status, StatusFields kept)
    {
        var (foo, wanted) = ((FooSnapshot)obj, (FooStatus)status);
        return foo.AvailableReplicas == wanted.AvailableReplicas && (foo.HasSelector || !kept.Keeps(Selector));
    }

    internal override void WriteStatus(Utf8JsonWriter json, object status)
    {
        var wanted = (FooStatus)status;
        json.WriteNumber("availableReplicas"u8, wanted.AvailableReplicas);
        json.WriteString("selector"u8, FooSelector.Of(wanted.Name));
    }

    internal override IEnumerable<string> LostOf(ReconciledSnapshot answer, object status) => ((FooSnapshot)answer).HasSelector ? [] : [Selector];

    internal override string Summarize(object status) => string.Create(CultureInfo.InvariantCulture, $"{((FooStatus)status).AvailableReplicas} available");
}
