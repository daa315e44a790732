namespace ResNetService.Api.Hosting;

/// <summary>The beginning of a reply, kept until it has ended or is too long to be kept; from then on whatever is written is passed on.</summary>
internal sealed class HeldReply(HttpResponse response, Stream body) : MemoryStream
{
    /// <summary>Bytes of a reply that is kept: so many Kestrel takes at once, whether or not the caller reads.</summary>
    public const int Longest = 64 * 1024;

    private bool _passesOn;

    /// <summary>The reply has ended. What was kept is all of it.</summary>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        if (_passesOn || Length == 0)
            return;
        response.ContentLength ??= Length;
        await PassOnAsync(cancellationToken);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Keeps(buffer.Length))
        {
            Write(buffer.Span);
            return;
        }

        await PassOnAsync(cancellationToken);
        await body.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count)
    {
        if (Keeps(count))
        {
            base.Write(buffer, offset, count);
            return;
        }

        if (!_passesOn)
            body.Write(GetBuffer(), 0, (int)Length);
        _passesOn = true;
        body.Write(buffer, offset, count);
    }

    /// <summary>What is kept is kept: whoever writes in pieces flushes each.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => _passesOn ? body.FlushAsync(cancellationToken) : Task.CompletedTask;

    private bool Keeps(int more) => !_passesOn && Length + more <= Longest;

    private async Task PassOnAsync(CancellationToken cancellationToken)
    {
        if (_passesOn)
            return;
        _passesOn = true;
        await body.WriteAsync(GetBuffer().AsMemory(0, (int)Length), cancellationToken);
    }
}
