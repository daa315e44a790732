using ResNetService.Modeling.Pull;

namespace ResNetService.Modeling.Tests.Pull;

public sealed class PublishedSizeTests
{
    [Theory]
    [InlineData("97.79 MiB", 102_535_005, 102_545_489)] // 97.785 and 97.795 times 2^20
    [InlineData("102 MB", 101_500_000, 102_500_000)]
    [InlineData("46.8 MB", 46_750_000, 46_850_000)]
    [InlineData("1 MiB", 524_288, 1_572_864)]
    [InlineData("300000 bytes", 300_000, 300_000)]
    public void Parse_SizeAsPublished_CoversWhatIsRoundedToIt(string text, long min, long max)
    {
        var size = PublishedSize.Parse(text)!;

        Assert.Equal((min, max), (size.Min, size.Max));
        Assert.Equal((false, true, true, false), (size.Covers(min - 1), size.Covers(min), size.Covers(max), size.Covers(max + 1)));
        Assert.Equal(text, size.ToString());
    }

    [Theory]
    [InlineData("97.79")]
    [InlineData("97,79 MiB")]
    [InlineData("-1 MB")]
    [InlineData("1 GB")]
    [InlineData("1.5 bytes")]
    [InlineData("1e9 MB")]
    [InlineData("99999999999999999999 bytes")]
    [InlineData("٣ MB")]
    public void Parse_AnythingElse_IsNull(string text) => Assert.Null(PublishedSize.Parse(text));
}
