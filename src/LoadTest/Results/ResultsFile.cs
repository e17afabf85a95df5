using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansOperator.LoadTest.CommandLine;

namespace OrleansOperator.LoadTest.Results;

/// <summary>results.json.</summary>
internal static class ResultsFile
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,

        // The wait of those beyond the last bucket of a histogram is infinite.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static async Task WriteAsync(string path, LoadTestResult result)
    {
        await using var file = File.Create(path);
        await JsonSerializer.SerializeAsync(file, result, s_json);
    }

    /// <exception cref="UsageException">It is no results.json.</exception>
    public static async Task<LoadTestResult> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(path);
            return await JsonSerializer.DeserializeAsync<LoadTestResult>(file, s_json, cancellationToken) ?? throw new JsonException("it is null");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--compare {path} cannot be read: {e.Message}");
        }
        catch (JsonException e)
        {
            throw new UsageException($"--compare {path} is not the results.json of a load test: {e.Message.ReplaceLineEndings(" ")}");
        }
    }
}
