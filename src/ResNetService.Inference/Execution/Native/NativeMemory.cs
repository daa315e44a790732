using System.Buffers;

namespace ResNetService.Inference.Execution.Native;

/// <summary>Memory that a native library owns, for as long as that library lets it live. It never moves.</summary>
internal sealed unsafe class NativeMemory<T>(nint address, int length) : MemoryManager<T>
    where T : unmanaged
{
    public override Span<T> GetSpan() => new((void*)address, length);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)length);
        return new((T*)address + elementIndex);
    }

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
