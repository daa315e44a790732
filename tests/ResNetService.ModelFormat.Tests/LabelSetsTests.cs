namespace ResNetService.ModelFormat.Tests;

public sealed class LabelSetsTests
{
    [Fact]
    public void ImageNet_Has1000ClassesWithDistinctIdsInSynsetOrder()
    {
        Assert.Equal(1000, LabelSets.ImageNet.Count);
        Assert.Equal(1000, LabelSets.ImageNet.Select(label => label.Id).Distinct().Count());
        Assert.Equal(LabelSets.ImageNet.OrderBy(label => label.Id, StringComparer.Ordinal), LabelSets.ImageNet);
        Assert.All(LabelSets.ImageNet, label => Assert.Matches("^n[0-9]{8}$", label.Id!));
    }

    [Theory]
    [InlineData(0, "n01440764", "tench")]
    [InlineData(134, "n02012849", "crane")]
    [InlineData(517, "n03126707", "crane")]
    [InlineData(999, "n15075141", "toilet tissue")]
    public void ImageNet_KnownIndices_HaveTheirNames(int index, string id, string name) =>
        Assert.Equal(new Label(name, id), LabelSets.ImageNet[index]);

    [Fact]
    public void Cifar10_IsInTheOrderOfItsBatches() =>
        Assert.Equal("airplane automobile bird cat deer dog frog horse ship truck", string.Join(' ', LabelSets.Cifar10.Select(label => label.Name)));
}
