using ResNetService.Modeling.Classification;
using ResNetService.Modeling.Classification.Rows;
using ResNetService.Modeling.Commands;
using ResNetService.Modeling.Tests.Training;

namespace ResNetService.Modeling.Tests.Classification.Rows;

public sealed class ResultFileTests : IDisposable
{
    private static readonly CsvRows Format = new(1);
    private static readonly string Header = Format.Header + "\n";

    private readonly TemporaryFolder _folder = new();

    private string FilePath => Path.Combine(_folder.Path, "results.csv");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_EachRow_IsInTheFileAtOnce()
    {
        using var file = ResultFile.Open(FilePath, Format, "m:1", 1);

        file.Write(Answer("a.jpg"));

        Assert.Equal($"{Header}a.jpg,m:1,2,2,,0,red,0.5\n".Length, new FileInfo(FilePath).Length);
    }

    [Fact]
    public void Open_FileOfAnEarlierRun_KeepsItsAnswersAndTakesOutErrorsAndHalfARow()
    {
        File.WriteAllText(FilePath, $"{Header}a.jpg,m:1,2,2,,0,red,0.5\nb.jpg,m:1,0,0,It is damaged.,,,\nc.jpg,m:1,2,2,,0,red,0.25\nd.jpg,m:1,2,2,,0,re");

        using (var file = ResultFile.Open(FilePath, Format, "m:1", 1))
        {
            Assert.Equal([true, false, true, false], new[] { "a.jpg", "b.jpg", "c.jpg", "d.jpg" }.Select(file.IsAnswered));
            file.Write(Answer("b.jpg"));
        }

        Assert.Equal($"{Header}a.jpg,m:1,2,2,,0,red,0.5\nc.jpg,m:1,2,2,,0,red,0.25\nb.jpg,m:1,2,2,,0,red,0.5\n", Read());
        Assert.Equal([FilePath], Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("name,model,wi")]
    public void Open_FileThatWasHardlyBegun_BeginsAnew(string content)
    {
        File.WriteAllText(FilePath, content);

        using (var file = ResultFile.Open(FilePath, Format, "m:1", 1))
            file.Write(Answer("a.jpg"));

        Assert.Equal($"{Header}a.jpg,m:1,2,2,,0,red,0.5\n", Read());
    }

    [Theory]
    [InlineData("groceries\nmilk\n", "is not a file to go on with: its first line is not name,model,")]
    [InlineData("HEADERa.jpg,other:2,2,2,,0,red,0.5\n", "has answers of other:2, and this run's are of m:1; name another --output")]
    [InlineData("HEADER2a.jpg,m:1,2,2,,0,red,0.5,1,blue,0.1\n", "has 2 classes of an image, and this run gives 1; say --top-k 2, or name another --output")]
    public void Open_FileOfSomethingElse_IsRefusedAndLeftAsItWas(string content, string message)
    {
        content = content.Replace("HEADER2", new CsvRows(2).Header + "\n", StringComparison.Ordinal).Replace("HEADER", Header, StringComparison.Ordinal);
        File.WriteAllText(FilePath, content);

        var exception = Assert.Throws<CommandException>(() => ResultFile.Open(FilePath, Format, "m:1", 1));

        Assert.StartsWith($"{FilePath} {message}", exception.Message, StringComparison.Ordinal);
        Assert.Equal(content, Read());
        Assert.Equal([FilePath], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Open_FileThatAnotherRunWrites_IsRefused()
    {
        using var first = ResultFile.Open(FilePath, Format, "m:1", 1);

        Assert.Throws<IOException>(() => ResultFile.Open(FilePath, Format, "m:1", 1));
    }

    [Fact]
    public void Open_LinkToAFile_WritesWhereItLeads()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        var link = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder.Path, "links")).FullName, "link.csv");
        File.WriteAllText(FilePath, $"{Header}a.jpg,m:1,0,0,It is damaged.,,,\n");
        File.CreateSymbolicLink(link, FilePath);

        using (var file = ResultFile.Open(link, Format, "m:1", 1))
        {
            Assert.Equal(_folder.Path, file.Folder);
            file.Write(Answer("a.jpg"));
        }

        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.Equal($"{Header}a.jpg,m:1,2,2,,0,red,0.5\n", Read());
    }

    private static FileResult Answer(string name) => new(name, "m:1", 2, 2, [new(0, "red", 0.5)], null);

    private string Read() => File.ReadAllText(FilePath);
}
