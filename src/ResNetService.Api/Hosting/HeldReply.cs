namespace ResNetService.Api.Hosting;

/// <summary>
/// The beginning of a reply, kept until it has ended or is too long to be kept; from then on whatever is written is passed on.
/// It is no <see cref="MemoryStream"/>, to which others write as if it never waited.
/// </summary>
internal sealed class HeldReply(HttpResponse response, Stream body) : Stream
{
    /// <summary>Bytes of a reply that is kept: so many Kestrel takes at once, whether or not the caller reads.</summary>
    public const int Longest = 64 * 1024;

    private readonly MemoryStream _kept = new();
    private bool _passesOn;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The reply has ended. What was kept is all of it.</summary>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        if (_passesOn || _kept.Length == 0)
            return;
        response.ContentLength ??= _kept.Length;
        await PassOnAsync(cancellationToken);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Keeps(buffer.Length))
        {
            _kept.Write(buffer.Span);
            return;
        }

        await PassOnAsync(cancellationToken);
        await body.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Kestrel refuses what is too long to be kept, as it refuses all that does not wait.</summary>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Keeps(buffer.Length))
        {
            _kept.Write(buffer);
            return;
        }

        if (!_passesOn)
            body.Write(_kept.GetBuffer(), 0, (int)_kept.Length);
        _passesOn = true;
        body.Write(buffer);
    }

    /// <summary>What is kept is kept: whoever writes in pieces flushes each.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => _passesOn ? body.FlushAsync(cancellationToken) : Task.CompletedTask;

    public override void Flush()
    {
        if (_passesOn)
            body.Flush();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private bool Keeps(int more) => !_passesOn && _kept.Length + more <= Longest;

    private async Task PassOnAsync(CancellationToken cancellationToken)
    {
        if (_passesOn)
            return;
        _passesOn = true;
        await body.WriteAsync(_kept.GetBuffer().AsMemory(0, (int)_kept.Length), cancellationToken);
    }
}
