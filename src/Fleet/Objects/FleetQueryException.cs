namespace OrleansOperator.Fleet.Objects;

/// <summary>A parameter of a URL has a value that it cannot have.</summary>
internal sealed class FleetQueryException(string parameter, string value, string allowed)
    : Exception($"The parameter {parameter} is '{(value.Length <= 100 ? value : value[..100] + "…")}': it must be {allowed}.");
