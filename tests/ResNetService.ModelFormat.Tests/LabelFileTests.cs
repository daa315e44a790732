using System.Text;

namespace ResNetService.ModelFormat.Tests;

public sealed class LabelFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"resnet-labels-{Guid.NewGuid():N}.txt");

    public void Dispose() => File.Delete(_path);

    private IReadOnlyList<Label> Read(string content)
    {
        File.WriteAllText(_path, content);
        return LabelFile.Read(_path);
    }

    private IReadOnlyList<ManifestFault> FaultsOf(string content) => Assert.Throws<ManifestException>(() => Read(content)).Faults;

    [Theory]
    [InlineData("great white shark\ncrane\ncrane\n")]
    [InlineData("great white shark\r\ncrane\r\ncrane\r\n\r\n")]
    [InlineData("\ufeffgreat white shark\ncrane\ncrane")]
    [InlineData("[\"great white shark\", \"crane\", \"crane\"]")]
    [InlineData(" \n{\"2\": \"crane\", \"0\": \"great white shark\", \"1\": \"crane\"}")]
    [InlineData("[{\"name\": \"great white shark\"}, \"crane\", {\"name\": \"crane\", \"id\": null}]")]
    public void Read_Names_InClassOrder(string content) =>
        Assert.Equal([new Label("great white shark"), new Label("crane"), new Label("crane")], Read(content));

    [Theory]
    [InlineData("n01440764\ttench\nn01443537\tgoldfish\n")]
    [InlineData("[[\"n01440764\", \"tench\"], [\"n01443537\", \"goldfish\"]]")]
    [InlineData("{\"0\": [\"n01440764\", \"tench\"], \"1\": [\"n01443537\", \"goldfish\"]}")]
    [InlineData("[{\"name\": \"tench\", \"id\": \"n01440764\"}, {\"id\": \"n01443537\", \"name\": \"goldfish\"}]")]
    public void Read_NamesWithIds_KeepsBoth(string content) =>
        Assert.Equal([new Label("tench", "n01440764"), new Label("goldfish", "n01443537")], Read(content));

    [Theory]
    [InlineData("", "", null, "is empty; it must have one label a line")]
    [InlineData("\n\n", "", null, "is empty")]
    [InlineData("a\n\nb", "line 2", null, "the number of a line is its class index")]
    [InlineData("n1\ta\nb", "line 2", "b", "like all the other lines")]
    [InlineData("a\nn2\tb", "line 2", "n2 b", "like all the other lines")]
    [InlineData("n1\ta\tb", "line 1", "n1 a b", "an id, one tab and a name")]
    [InlineData("n1\t", "line 1", "n1", "on both sides of the tab")]
    [InlineData("a\u0007", "line 1", "a\\u0007", "control characters")]
    [InlineData("[]", "", "[]", "at least one label")]
    [InlineData("[1]", "[0]", "1", "must be a name")]
    [InlineData("[\"a\", \"\"]", "[1]", "\"\"", "must not be empty")]
    [InlineData("[[\"n1\", \"a\", \"b\"]]", "[0]", "[\"n1\", \"a\", \"b\"]", "must be a name")]
    [InlineData("[[\"n1\", 2]]", "[0][1]", "2", "must be a string")]
    [InlineData("[{\"label\": \"a\", \"name\": \"a\"}]", "[0].label", "\"a\"", "not a known field")]
    [InlineData("{\"0\": \"a\", \"00\": \"b\", \"1\": \"c\", \"2\": \"d\"}", "00", "\"b\"", "gives class 0 again")]
    [InlineData("[tench]", "", null, "is not valid JSON at line 1, column 3")]
    public void Read_Fault_NamesThePlace(string content, string field, string? value, string problem)
    {
        var fault = FaultsOf(content)[0];

        Assert.Equal((_path, field, value), (fault.File, fault.Field, fault.Value));
        Assert.Contains(problem, fault.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MapWithGapsAndStrangeKeys_ListsAll()
    {
        var faults = FaultsOf("""{"0": "a", "3": "b", "tench": "c", "-1": 4}""");

        Assert.Equal(["tench", "-1", "1", "2"], faults.Select(fault => fault.Field));
    }

    [Fact]
    public void Read_FaultyLines_ListsAll() =>
        Assert.Equal(["line 2", "line 4"], FaultsOf("a\nb\tc\nd\n \ne").Select(fault => fault.Field));

    [Fact]
    public void Read_NotUtf8_SaysSo()
    {
        File.WriteAllBytes(_path, Encoding.Latin1.GetBytes("café"));

        var fault = Assert.Single(Assert.Throws<ManifestException>(() => LabelFile.Read(_path)).Faults);

        Assert.Equal("is not UTF-8 text; save it as UTF-8", fault.Problem);
    }

    [Fact]
    public void Read_AbsentFile_SaysSo()
    {
        var fault = Assert.Single(Assert.Throws<ManifestException>(() => LabelFile.Read(_path)).Faults);

        Assert.Equal("does not exist", fault.Problem);
    }

    [Fact]
    public void Read_MoreLinesThanAllowed_IsOneFault()
    {
        var fault = Assert.Single(FaultsOf(string.Concat(Enumerable.Repeat("a\n", 100_001))));

        Assert.Equal("has 100001 lines; at most 100000 labels are allowed", fault.Problem);
    }

    [Fact]
    public void Read_ImageNetClassIndex_AgreesWithTheEmbeddedIds()
    {
        var labels = LabelFile.Read(SharedData.Require("imagenet/imagenet_class_index.json"));

        Assert.Equal(LabelSets.ImageNet.Select(label => label.Id), labels.Select(label => label.Id));
    }
}
