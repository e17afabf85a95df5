namespace OrleansOperator.Integration.Support;

/// <summary>A file that goes with its test.</summary>
internal sealed class TemporaryFile : IDisposable
{
    public string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);
}
