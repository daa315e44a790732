using ResNetService.Inference.Execution.Cuda;

namespace ResNetService.Inference.Tests.Execution.Cuda;

public sealed class BatchBucketsTests
{
    [Theory]
    [InlineData(1, new[] { 1 })]
    [InlineData(2, new[] { 1, 2 })]
    [InlineData(8, new[] { 1, 2, 4, 8 })]
    [InlineData(12, new[] { 1, 2, 4, 8, 12 })]
    [InlineData(1024, new[] { 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024 })]
    public void Sizes_DoubleUpToTheCapacity(int capacity, int[] sizes) => Assert.Equal(sizes, new BatchBuckets(capacity).Sizes);

    [Fact]
    public void IndexFor_EveryNumberOfImages_IsTheSmallestThatHoldsThem()
    {
        var buckets = new BatchBuckets(100);
        for (var images = 1; images <= 100; images++)
            Assert.Equal(buckets.Sizes.First(size => size >= images), buckets.Sizes[buckets.IndexFor(images)]);
    }
}
