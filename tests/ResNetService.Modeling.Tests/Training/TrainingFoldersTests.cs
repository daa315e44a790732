using ResNetService.ModelFormat;
using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Tests.Training;

public sealed class TrainingFoldersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("test")]
    [InlineData("val")]
    public void Decode_BothSplits_HoldTheFilesPixelsAndClasses(string test)
    {
        SyntheticImages.WriteFolder(_folder, "train", imagesPerClass: 4, seed: 1);
        SyntheticImages.WriteFolder(_folder, test, imagesPerClass: 2, seed: 2);
        var decoded = new List<int>();

        var folders = TrainingFolders.Find(_folder.Path);
        var data = folders.Decode(PreprocessingSpec.Cifar, new Recorder(decoded), TestContext.Current.CancellationToken);

        Assert.Equal(SyntheticImages.ClassNames, data.ClassNames);
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2], data.Train.Classes);
        Assert.Equal([0, 0, 1, 1, 2, 2], data.Test.Classes);
        var made = SyntheticImages.Set(12, seed: 1);
        Assert.Equal(["0", "3", "6", "9"], folders.Train.Files.Take(4).Select(f => Path.GetFileNameWithoutExtension(f.Path)));
        Assert.Equal(made.Pixels[3], data.Train.Pixels[1]);
        Assert.Equal(made.Pixels[1], data.Train.Pixels[4]);
        Assert.Equal(Enumerable.Range(1, 18), decoded.Order());
    }

    [Fact]
    public void Decode_BrokenImages_ListsThem()
    {
        SyntheticImages.WriteFolder(_folder, "train", imagesPerClass: 1, seed: 1);
        SyntheticImages.WriteFolder(_folder, "test", imagesPerClass: 1, seed: 2);
        _folder.Write("train/red/notes.txt", "these are no pixels"u8.ToArray());
        _folder.Write("train/green/empty.jpg");

        var message = Assert.Throws<TrainingException>(() =>
            TrainingFolders.Find(_folder.Path).Decode(PreprocessingSpec.Cifar, new Recorder([]), TestContext.Current.CancellationToken)).Message;

        Assert.Contains("2 images cannot be read", message);
        Assert.Contains("notes.txt: ", message);
        Assert.Contains("empty.jpg: ", message);
    }

    [Theory]
    [InlineData("there is no train", "test/a/1", "test/b/1")]
    [InlineData("there is neither test nor val", "train/a/1", "train/b/1")]
    [InlineData("there are both test and val", "train/a/1", "train/b/1", "test/a/1", "val/a/1")]
    public void Find_SplitsMissing_SaysWhichAndWhatIsExpected(string problem, params string[] files)
    {
        foreach (var file in files)
            _folder.Write(file);

        var message = Assert.Throws<TrainingException>(() => TrainingFolders.Find(_folder.Path)).Message;

        Assert.Contains("must hold train/<class>/<image> and either test/<class>/<image> or val/<class>/<image>", message);
        Assert.EndsWith(problem, message);
    }

    [Fact]
    public void Find_ClassesDiffer_NamesEachAndWhereItIs()
    {
        foreach (var file in new[] { "train/a/1", "train/b/1", "train/c/1", "test/a/1", "test/d/1" })
            _folder.Write(file);

        var message = Assert.Throws<TrainingException>(() => TrainingFolders.Find(_folder.Path)).Message;

        var (train, test) = (Path.Combine(_folder.Path, "train"), Path.Combine(_folder.Path, "test"));
        Assert.EndsWith($"'b' is only in {train}; 'c' is only in {train}; 'd' is only in {test}", message);
    }

    [Fact]
    public void Fingerprint_AnyPixelOrClassChanged_Changes()
    {
        var set = SyntheticImages.Set(5, seed: 1);
        var before = set.Fingerprint();
        Assert.Equal(before, SyntheticImages.Set(5, seed: 1).Fingerprint());

        set.Pixels[4][^1] ^= 1;
        Assert.NotEqual(before, set.Fingerprint());
        set.Pixels[4][^1] ^= 1;
        set.Classes[0] = 2;
        Assert.NotEqual(before, set.Fingerprint());
    }

    public void Dispose() => _folder.Dispose();

    private sealed class Recorder(List<int> values) : IProgress<int>
    {
        public void Report(int value)
        {
            lock (values)
                values.Add(value);
        }
    }
}
