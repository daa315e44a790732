using ResNetService.ModelFormat;
using ResNetService.Modeling.Evaluation;

namespace ResNetService.Modeling.Tests.Evaluation;

public sealed class EvaluationSetTests : IDisposable
{
    private static readonly Label[] Labels = [new("tench", "n01440764"), new("great white shark", "n01484850"), new("crane", "n1"), new("crane", "n2")];

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory();

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Read_ClassFolders_FindsTheClassByNameIdOrIndex()
    {
        Add("tench/b.jpg", "tench/a.jpg", "great_white_shark/c.jpg", "n1/d.jpg", "3/e.jpg");

        var images = EvaluationSet.Read(_root.FullName, Labels);

        Assert.Equal(
            [("e.jpg", 3), ("c.jpg", 1), ("d.jpg", 2), ("a.jpg", 0), ("b.jpg", 0)],
            images.Select(i => (Path.GetFileName(i.Path), i.ClassIndex)));
    }

    [Fact]
    public void Read_HiddenFilesAndFolders_AreLeftOut()
    {
        Add("tench/a.jpg", "tench/.DS_Store", ".git/config");

        Assert.Equal("a.jpg", Path.GetFileName(Assert.Single(EvaluationSet.Read(_root.FullName, Labels)).Path));
    }

    [Fact]
    public void Read_FoldersOfNoClassOrOfTwo_NamesThemAll()
    {
        Add("tench/a.jpg", "crane/b.jpg", "dog/c.jpg");

        var exception = Assert.Throws<EvaluationException>(() => EvaluationSet.Read(_root.FullName, Labels));

        Assert.Contains("'crane', 'dog'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Csv_TakesFilesFromTheFolderBesideIt()
    {
        Add("images/a.jpg", "images/b,c.jpg");

        var images = EvaluationSet.Read(Csv("file,class_index\na.jpg,3\nb,c.jpg,0\n"), Labels);

        Assert.Equal([("a.jpg", 3), ("b,c.jpg", 0)], images.Select(i => (Path.GetFileName(i.Path), i.ClassIndex)));
    }

    [Fact]
    public void Read_CsvOfASpreadsheet_TakesItsMarkLineEndsAndQuotes()
    {
        Add("images/a.jpg", "images/b, c.jpg");

        var images = EvaluationSet.Read(Csv("\ufefffile,class_index\r\n\"a.jpg\",3\r\n\"b, c.jpg\",0\r\n\r\n"), Labels);

        Assert.Equal([("a.jpg", 3), ("b, c.jpg", 0)], images.Select(i => (Path.GetFileName(i.Path), i.ClassIndex)));
    }

    [Fact]
    public void Read_CsvWithFaults_ListsEveryLine()
    {
        Add("images/a.jpg");

        var message = Assert.Throws<EvaluationException>(() => EvaluationSet.Read(Csv("a.jpg,4\nb.jpg,1\na.jpg\na.jpg,-1\n"), Labels)).Message;

        Assert.Contains("line 1: 'a.jpg,4'", message, StringComparison.Ordinal);
        Assert.Contains("line 2: there is no file", message, StringComparison.Ordinal);
        Assert.Contains("line 3: 'a.jpg'", message, StringComparison.Ordinal);
        Assert.Contains("line 4: 'a.jpg,-1'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NothingThere_SaysWhatWouldBeRight()
    {
        Assert.Contains("class folders", Assert.Throws<EvaluationException>(() => EvaluationSet.Read(Path.Combine(_root.FullName, "none"), Labels)).Message, StringComparison.Ordinal);
        Assert.Contains("names no image", Assert.Throws<EvaluationException>(() => EvaluationSet.Read(_root.FullName, Labels)).Message, StringComparison.Ordinal);
    }

    private string Csv(string text)
    {
        var path = Path.Combine(_root.FullName, "images.csv");
        File.WriteAllText(path, text);
        return path;
    }

    private void Add(params string[] files)
    {
        foreach (var path in files.Select(f => Path.Combine(_root.FullName, f)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "");
        }
    }
}
