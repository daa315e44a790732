using ResNetService.Inference.Execution;

namespace ResNetService.Inference.Tests.Execution;

public sealed class AlignedMemoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(100_000)]
    public unsafe void Allocate_BytesAndFloats_BeginAtAVectorAndAreZero(int length)
    {
        for (var i = 0; i < 20; i++)
        {
            var (bytes, floats) = (AlignedMemory.Allocate<byte>(length), AlignedMemory.Allocate<float>(length));
            using var pinnedBytes = bytes.Pin();
            using var pinnedFloats = floats.Pin();

            Assert.Equal((0, 0), ((nint)pinnedBytes.Pointer % AlignedMemory.Alignment, (nint)pinnedFloats.Pointer % AlignedMemory.Alignment));
            Assert.Equal((length, length), (bytes.Length, floats.Length));
            Assert.False(bytes.Span.ContainsAnyExcept((byte)0) || floats.Span.ContainsAnyExcept(0f));
        }
    }
}
