using System.Buffers.Binary;
using System.Text;

namespace ResNetService.Modeling.Tests.Weights;

internal static class TestSafetensors
{
    /// <param name="headerLength">What the file says; null for the truth.</param>
    public static byte[] Build(string header, byte[] data, ulong? headerLength = null) => Build(Encoding.UTF8.GetBytes(header), data, headerLength);

    public static byte[] Build(byte[] header, byte[] data, ulong? headerLength = null)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, headerLength ?? (ulong)header.Length);
        return [.. length, .. header, .. data];
    }
}
