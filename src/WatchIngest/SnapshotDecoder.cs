using System.Text.Json;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.WatchIngest;

/// <summary>Decodes one object; the reader stands on its start and is left on its end.</summary>
/// <exception cref="JsonException">It is no object of the API server.</exception>
public delegate ResourceSnapshot SnapshotDecoder(ref Utf8JsonReader reader);
