using ResNetService.Modeling.Classification;
using ResNetService.Modeling.Classification.Rows;

namespace ResNetService.Modeling.Tests.Classification.Rows;

public sealed class RowFormatTests
{
    private static readonly FileResult Answer = new("Größe/\"two\nlines\", 写真.jpg", "m:1", 40, 30, [new(3, "cat, domestic", 0.98765432109876543), new(5, "dog", 1e-7)], null);
    private static readonly FileResult Error = FileResult.Failed("b.jpg", "m:1", "The image, \"b\", is damaged.");

    public static TheoryData<string> Names => [.. RowFormats.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_RowsThatWereWritten_GivesTheSameResultsToTheBit(string name)
    {
        var format = RowFormats.Create(name, 2);

        var read = format.Read(new StringReader(Text(format, Answer, Error))).ToArray();

        Assert.Equal([Answer with { Predictions = [] }, Error with { Predictions = [] }], read.Select(row => row with { Predictions = [] }));
        Assert.Equal(Answer.Predictions, read[0].Predictions);
        Assert.Empty(read[1].Predictions);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_TextThatEndsAnywhere_GivesWholeRowsOnly(string name)
    {
        var format = RowFormats.Create(name, 2);
        var text = Text(format, Answer, Error);
        var second = text.Length - format.Line(Error).Length - 1;

        for (var length = second; length < text.Length - 1; length++)
            Assert.Equal(Answer.Name, Assert.Single(format.Read(new StringReader(text[..length]))).Name);
    }

    [Theory]
    [InlineData("csv", "a,b\nc,d\n")]
    [InlineData("csv", "name,model,width,height,error,index_1,label_1\n")]
    [InlineData("csv", "name,model,width,height,error,index_1,label_1,probability_1\na,m:1,1,1,,x,cat,1\n")]
    [InlineData("csv", "name,model,width,height,error,index_1,label_1,probability_1\na,m:1,1,1\n")]
    [InlineData("jsonl", "{\"name\":\"a\"}\n{\"name\":\"b\"}\n")]
    [InlineData("jsonl", "# notes\nof mine\n")]
    public void Read_SomethingElse_IsRefused(string name, string text) =>
        Assert.Throws<FormatException>(() => RowFormats.Create(name, 1).Read(new StringReader(text)).ToArray());

    [Fact]
    public void Csv_Rows_AreOfOneWidth()
    {
        var format = new CsvRows(3);

        Assert.Equal("name,model,width,height,error,index_1,label_1,probability_1,index_2,label_2,probability_2,index_3,label_3,probability_3", format.Header);
        Assert.Equal("\"Größe/\"\"two\nlines\"\", 写真.jpg\",m:1,40,30,,3,\"cat, domestic\",0.9876543210987654,5,dog,1E-07,,,", format.Line(Answer));
        Assert.Equal("b.jpg,m:1,0,0,\"The image, \"\"b\"\", is damaged.\",,,,,,,,,", format.Line(Error));
    }

    [Fact]
    public void JsonLines_Row_KeepsNamesReadable() => Assert.Equal(
        """{"name":"Größe/\"two\nlines\", 写真.jpg","model":"m:1","width":40,"height":30,"predictions":[{"index":3,"label":"cat, domestic","probability":0.9876543210987654},{"index":5,"label":"dog","probability":1E-07}],"error":null}""",
        new JsonLines().Line(Answer));

    [Theory]
    [InlineData("a.csv", "csv")]
    [InlineData("A.CSV", "csv")]
    [InlineData("a.jsonl", "jsonl")]
    [InlineData("a.ndjson", "jsonl")]
    [InlineData("a.json", null)]
    [InlineData("csv", null)]
    public void OfFile_Name_SaysTheFormat(string path, string? name) => Assert.Equal(name, RowFormats.OfFile(path));

    private static string Text(IRowFormat format, params FileResult[] results)
    {
        var output = new StringWriter();
        using var rows = new RowResults(output, format);
        foreach (var result in results)
            rows.Write(result);
        return output.ToString();
    }
}
