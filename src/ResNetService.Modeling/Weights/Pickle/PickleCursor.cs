using System.Buffers.Binary;
using System.Text;

namespace ResNetService.Modeling.Weights.Pickle;

/// <summary>Reads a region of a file forward, through a buffer; never past the region, and never more than a pickle's limit at a time.</summary>
internal sealed class PickleCursor(SourceFile file, long start, long length)
{
    private readonly long _end = start + length;
    private byte[] _buffer = new byte[1 << 14];
    private long _bufferStart = start;
    private int _buffered;
    private int _used;
    private long _pickleStart = start;

    /// <summary>Byte of the file that is read next.</summary>
    public long Position => _bufferStart + _used;

    /// <summary>Starts counting towards <see cref="PickleLimits.MaxBytes"/> anew.</summary>
    public void BeginPickle() => _pickleStart = Position;

    public byte ReadByte()
    {
        if (_used == _buffered)
            Fill(1);
        return _buffer[_used++];
    }

    /// <summary>The next bytes, to be used before the next call.</summary>
    public ReadOnlySpan<byte> Read(int count)
    {
        if (_buffered - _used < count)
            Fill(count);
        _used += count;
        return _buffer.AsSpan(_used - count, count);
    }

    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Read(4));

    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Read(8));

    /// <summary>The bytes of a text, to be used before the next call.</summary>
    /// <param name="count">As the file states it.</param>
    public ReadOnlySpan<byte> ReadText(int count)
    {
        if (count is < 0 or > PickleLimits.MaxTextBytes)
            throw Fault($"states a text of {(uint)count} bytes; at most {PickleLimits.MaxTextBytes} are allowed");
        return Read(count);
    }

    /// <summary>ASCII up to the next line feed, which is consumed.</summary>
    public string ReadLine()
    {
        var line = new StringBuilder();
        for (var c = ReadByte(); c != '\n'; c = ReadByte())
        {
            if (line.Length == PickleLimits.MaxNameBytes)
                throw Fault($"has a name of more than {PickleLimits.MaxNameBytes} bytes");
            line.Append((char)c);
        }

        return line.ToString();
    }

    public WeightException Fault(string problem) => file.Fault($"the pickle at byte {_pickleStart} {problem} (at byte {Position})");

    private void Fill(int needed)
    {
        Require(needed);
        if (needed > _buffer.Length)
            _buffer = new byte[needed];
        _bufferStart = Position;
        _buffered = (int)Math.Min(_buffer.Length, _end - _bufferStart);
        _used = 0;
        file.Read(_bufferStart, _buffer.AsSpan(0, _buffered));
    }

    private void Require(int count)
    {
        if (count > _end - Position)
            throw Fault($"is truncated: {count} more bytes are needed, and {_end - Position} are left");
        if (Position + count - _pickleStart > PickleLimits.MaxBytes)
            throw Fault($"is larger than {PickleLimits.MaxBytes} bytes");
    }
}
