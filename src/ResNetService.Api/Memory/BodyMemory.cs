using Microsoft.Extensions.Options;
using ResNetService.Api.Uploads;

namespace ResNetService.Api.Memory;

/// <summary>The bytes of bodies that the process holds, over all requests.</summary>
internal sealed class BodyMemory(IOptions<RequestOptions> options)
{
    private long _held;

    /// <summary>Bytes that may be held.</summary>
    public long Most { get; } = options.Value.MostBytesHeld;

    public long Held => Volatile.Read(ref _held);

    public bool HasRoomFor(long bytes) => bytes <= Most - Held;

    /// <returns>False where there is no room; nothing is taken then.</returns>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= Most)
            return true;
        Release(bytes);
        return false;
    }

    public void Release(long bytes) => Interlocked.Add(ref _held, -bytes);
}
