using ResNetService.Benchmarks.Reports;

namespace ResNetService.Benchmarks.Tests.Reports;

public sealed class MarkdownTableTests
{
    [Fact]
    public void Lines_AreOfEqualWidth_FirstColumnLeft()
    {
        var table = new MarkdownTable("server", "req/s");
        table.Add("service", "37.3");
        table.Add("a|b", "1234.5");

        Assert.Equal(
            [
                "| server  |  req/s |",
                "|---------|-------:|",
                "| service |   37.3 |",
                "| a\\|b    | 1234.5 |",
            ],
            table.Lines());
    }

    [Fact]
    public void Row_OfAnotherWidth_IsRefused() => Assert.Throws<ArgumentException>(() => new MarkdownTable("a", "b").Add("1"));

    [Fact]
    public void Figures_ThatWereNotMeasured_AreDashes()
    {
        Assert.Equal("-", Show.Ratio(null));
        Assert.Equal("-", Show.Milliseconds(double.NaN));
        Assert.Equal("-", Show.Percent(null));
        Assert.Equal("-", Show.Rate(double.PositiveInfinity));
    }

    [Theory]
    [InlineData(0.00123, "1.23")]
    [InlineData(0.0123, "12.3")]
    [InlineData(0.123, "123")]
    public void Milliseconds_HaveThreeDigits(double seconds, string expected) => Assert.Equal(expected, Show.Milliseconds(seconds));
}
