using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Fleet;

/// <summary>A column that a controller adds to the list of its objects.</summary>
/// <param name="Id">Its name in URLs and JSON, in lower case.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Value">What it shows of an object. Called for every object of the silo: must be cheap and not allocate.</param>
public sealed record FleetColumn(string Id, string Title, Func<ResourceSnapshot, FleetValue> Value);
