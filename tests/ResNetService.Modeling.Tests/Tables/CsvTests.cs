using ResNetService.Modeling.Tables;

namespace ResNetService.Modeling.Tests.Tables;

public sealed class CsvTests
{
    [Theory]
    [InlineData("a,b\n", "a|b")]
    [InlineData("\"a, \"\"b\"\"\",c\n", "a, \"b\"|c")]
    [InlineData("\"two\nlines\r\n\",,\n", "two\nlines\r\n||")]
    [InlineData("from,Windows\r\n", "from|Windows")]
    public void Records_OfALine_AreItsFields(string line, string fields) =>
        Assert.Equal(fields.Split('|'), Assert.Single(Csv.Records(new StringReader(line))));

    [Theory]
    [InlineData("a,1\nb,0.5")]
    [InlineData("a,1\n\"b\n")]
    [InlineData("a,1\nb,")]
    public void Records_LastOneNotWrittenToItsEnd_IsLeftOut(string text) =>
        Assert.Equal(["a", "1"], Assert.Single(Csv.Records(new StringReader(text))));

    [Fact]
    public void Records_OfLinesWritten_AreWhatWasWritten()
    {
        string[][] rows = [["plain", "", "with,comma"], ["\"quoted\"", "a\r\nb\rc", "Größe, 写真.jpg"], ["\"", ",", "\n"]];

        var text = string.Concat(rows.Select(row => Csv.Line(row) + "\n"));

        Assert.Equal(rows, Csv.Records(new StringReader(text)));
    }
}
