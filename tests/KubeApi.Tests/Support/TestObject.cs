using System.Text.Json.Serialization;

namespace OrleansOperator.KubeApi.Tests.Support;

internal sealed record TestObject(string? Name, int Value = 0);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TestObject))]
internal sealed partial class TestJson : JsonSerializerContext;
