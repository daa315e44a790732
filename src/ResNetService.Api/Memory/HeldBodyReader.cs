using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace ResNetService.Api.Memory;

/// <summary>A body that is counted as it is read through a pipe: each byte when it is seen for the first time.</summary>
internal sealed class HeldBodyReader(PipeReader body, HeldBody held) : PipeReader, IRequestBodyPipeFeature
{
    private ReadOnlySequence<byte> _shown;

    /// <summary>Bytes that were counted and not consumed.</summary>
    private long _left;

    public PipeReader Reader => this;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return Count(await body.ReadAsync(cancellationToken));
        }
        catch
        {
            held.BreaksOff();
            throw;
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!body.TryRead(out result))
            return false;
        Count(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _left = _shown.Slice(consumed).Length;
        _shown = default;
        body.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => body.CancelPendingRead();

    public override void Complete(Exception? exception = null) => body.Complete(exception);

    private ReadResult Count(ReadResult result)
    {
        _shown = result.Buffer;
        var more = _shown.Length - _left;
        _left = _shown.Length;
        try
        {
            held.Add(more);
        }
        catch
        {
            // Whoever reads never sees it, and so cannot give it back.
            AdvanceTo(_shown.Start, _shown.End);
            throw;
        }

        return result;
    }
}
