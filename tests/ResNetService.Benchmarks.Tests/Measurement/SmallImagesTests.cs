using ResNetService.Benchmarks.Measurement;
using ResNetService.Imaging;

namespace ResNetService.Benchmarks.Tests.Measurement;

public sealed class SmallImagesTests
{
    [Fact]
    public void Images_HaveTheSize_AndLieOnDiskUntilDisposed()
    {
        using var photographs = Photographs.Read(Path.Combine(Repository.Root, "samples"));
        string[] paths;
        using (var small = SmallImages.Of(photographs, 48))
        {
            paths = [.. small.Photographs.Paths];
            Assert.Equal(photographs.Paths.Count, paths.Length);
            Assert.All(small.Photographs.Encoded, image => Assert.Equal(new ImageSize(48, 48), Decoders.Default.ReadHeader(image).Size));
        }

        Assert.All(paths, path => Assert.False(File.Exists(path)));
    }

    [Fact]
    public void Folder_WithoutImages_IsNamed() =>
        Assert.Contains("has no image files", Assert.Throws<BenchmarkException>(() => Photographs.Read(Path.Combine(Repository.Root, "docs", "decisions"))).Message, StringComparison.Ordinal);
}
