using System.Text;
using System.Threading.Channels;

namespace OrleansOperator.WatchIngest.Tests.Support;

/// <summary>The body of an answer: a read returns one of the pieces that the test sends.</summary>
internal sealed class ScriptedStream : Stream
{
    private readonly Channel<byte[]> _pieces = Channel.CreateUnbounded<byte[]>();
    private CancellationToken _reader;
    private ReadOnlyMemory<byte> _rest;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Whether the reader has given up.</summary>
    public bool IsGivenUp => _reader.IsCancellationRequested;

    /// <summary>Whether giving up shows as a broken connection, as it does when both come together.</summary>
    public bool FailsWhenGivenUp { get; init; }

    public ScriptedStream Send(string text) => Send(Encoding.UTF8.GetBytes(text));

    public ScriptedStream Send(byte[] piece)
    {
        if (piece.Length > 0)
            Assert.True(_pieces.Writer.TryWrite(piece));
        return this;
    }

    /// <summary>Ends the answer as it should.</summary>
    public void End() => _pieces.Writer.TryComplete();

    /// <summary>Ends the answer with its connection.</summary>
    public void Cut() => _pieces.Writer.TryComplete(new IOException("connection reset by peer"));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _reader = cancellationToken;
        try
        {
            if (_rest.IsEmpty)
            {
                if (!await _pieces.Reader.WaitToReadAsync(cancellationToken))
                    return 0;
                Assert.True(_pieces.Reader.TryRead(out var piece));
                _rest = piece;
            }
        }
        catch (OperationCanceledException) when (FailsWhenGivenUp)
        {
            throw new IOException("the connection was closed");
        }

        var length = Math.Min(_rest.Length, buffer.Length);
        _rest[..length].CopyTo(buffer);
        _rest = _rest[length..];
        return length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("read it asynchronously");

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
