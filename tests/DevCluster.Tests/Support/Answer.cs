using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Tests.Support;

/// <summary>What the server answered.</summary>
internal sealed record Answer(int Code, TimeSpan? RetryAfter, string Body)
{
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    /// <summary>Asserts that this is an error with a Status body that carries the same code.</summary>
    public void AssertStatus(int code)
    {
        Assert.True(Code == code, $"Expected {code}, got {Code}: {Body[..Math.Min(Body.Length, 500)]}");
        Assert.Equal("Status", Json["kind"]!.GetValue<string>());
        Assert.Equal("Failure", Json["status"]!.GetValue<string>());
        Assert.Equal(code, Json["code"]!.GetValue<int>());
        Assert.NotEmpty(Json["message"]!.GetValue<string>());
    }
}
