using System.Globalization;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>coordination.k8s.io/v1 Leases.</summary>
internal sealed class LeaseRules() : BuiltInRules("coordination/Lease")
{
    public override bool AllowsUnconditionalUpdate => false;

    public override void Validate(JsonObject obj, JsonObject? old, List<FieldError> errors)
    {
        foreach (var (field, least, rule) in new[] { ("leaseDurationSeconds", 1, "must be greater than 0"), ("leaseTransitions", 0, "must be greater than or equal to 0") })
        {
            if (obj["spec"].Number(field) is { } value && value < least)
                errors.Add(FieldError.Invalid($"spec.{field}", value.ToString(CultureInfo.InvariantCulture), rule));
        }
    }
}
