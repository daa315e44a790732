using ResNetService.ModelFormat;
using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Tests.Training;

public sealed class TrainingFoldersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("test")]
    [InlineData("val")]
    public void Open_BothSplits_HoldTheFilesPixelsAndClasses(string test)
    {
        SyntheticImages.WriteFolder(_folder, "train", imagesPerClass: 4, seed: 1);
        SyntheticImages.WriteFolder(_folder, test, imagesPerClass: 2, seed: 2);
        var decoded = new List<int>();

        var folders = TrainingFolders.Find(_folder.Path, seed: 1);
        var data = Open(folders, new Recorder(decoded));

        Assert.Equal(SyntheticImages.ClassNames, data.ClassNames);
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2], data.Train.Classes);
        Assert.Equal([0, 0, 1, 1, 2, 2], data.Test.Classes);
        var made = SyntheticImages.Set(12, seed: 1);
        Assert.Equal(["0", "3", "6", "9"], folders.Train.Files.Take(4).Select(f => Path.GetFileNameWithoutExtension(f.Path)));
        Assert.Equal(made.Pixels[3], Read(data.Train, 1));
        Assert.Equal(made.Pixels[1], Read(data.Train, 4));
        Assert.Equal(test == "val", data.TestIsValidation);
        Assert.Empty(data.HeldOut);
        Assert.Equal(Enumerable.Range(1, 18), decoded.Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Open_BrokenImages_ListsThem(bool inMemory)
    {
        SyntheticImages.WriteFolder(_folder, "train", imagesPerClass: 1, seed: 1);
        SyntheticImages.WriteFolder(_folder, "test", imagesPerClass: 1, seed: 2);
        _folder.Write("train/red/notes.txt", "these are no pixels"u8.ToArray());
        _folder.Write("train/green/empty.jpg");

        var message = Assert.Throws<TrainingException>(() =>
            Open(TrainingFolders.Find(_folder.Path, seed: 1), inMemory: inMemory)).Message;

        Assert.Contains("2 images cannot be read", message);
        Assert.Contains("notes.txt: ", message);
        Assert.Contains("empty.jpg: ", message);
    }

    [Theory]
    [InlineData("test")]
    [InlineData("val")]
    public void Find_NoTrain_SaysWhatIsExpected(string split)
    {
        _folder.Write($"{split}/a/1");
        var message = Assert.Throws<TrainingException>(() => TrainingFolders.Find(_folder.Path, seed: 1)).Message;
        Assert.Equal($"{_folder.Path} holds {split} and no train; it must hold train/<class>/<image> beside it, or class folders alone", message);
    }

    [Fact]
    public void Find_NoFolder_SaysSo() =>
        Assert.Contains("there is no folder ", Assert.Throws<TrainingException>(() => TrainingFolders.Find(Path.Combine(_folder.Path, "none"), seed: 1)).Message);

    [Theory]
    [InlineData("")]
    [InlineData("train/")]
    public void Find_NothingToTestOn_HoldsOutAFifthOfEachClass(string prefix)
    {
        foreach (var i in Enumerable.Range(0, 20))
            _folder.Write($"{prefix}many/{i}");
        _folder.Write($"{prefix}few/1");
        _folder.Write($"{prefix}few/2");

        var folders = TrainingFolders.Find(_folder.Path, seed: 1);

        Assert.True(folders is { IsValidation: true, IsHeldOut: true });
        Assert.Equal([(0, 1), (1, 4)], folders.Test.Files.CountBy(file => file.Class).Select(c => (c.Key, c.Value)));
        Assert.Equal(22, folders.Train.Files.Concat(folders.Test.Files).Distinct().Count());
        Assert.Equal(folders.Test.Files, TrainingFolders.Find(_folder.Path, seed: 1).Test.Files);
        Assert.NotEqual(folders.Test.Files, TrainingFolders.Find(_folder.Path, seed: 2).Test.Files);
    }

    [Fact]
    public void Find_NothingToHoldOut_NamesTheClass()
    {
        foreach (var file in new[] { "a/1", "a/2", "b/1" })
            _folder.Write(file);
        Assert.StartsWith($"{Path.Combine(_folder.Path, "b")} holds one image", Assert.Throws<TrainingException>(() => TrainingFolders.Find(_folder.Path, seed: 1)).Message);
    }

    [Fact]
    public void Find_ValBesideTest_LeavesTheTestImagesAlone()
    {
        foreach (var file in new[] { "train/a/1", "train/b/1", "test/a/2", "test/b/2", "val/a/3", "val/b/3" })
            _folder.Write(file);
        var folders = TrainingFolders.Find(_folder.Path, seed: 1);
        Assert.True(folders is { IsValidation: true, IsHeldOut: false });
        Assert.All(folders.Train.Files.Concat(folders.Test.Files), file => Assert.DoesNotContain("test", Path.GetRelativePath(_folder.Path, file.Path)));
    }

    [Fact]
    public void Open_FromDisk_ReadsThePixelsThatWouldBeInMemory()
    {
        SyntheticImages.WriteFolder(_folder, "", imagesPerClass: 3, seed: 1);
        var folders = TrainingFolders.Find(_folder.Path, seed: 1);

        var (kept, streamed) = (Open(folders), Open(folders, inMemory: false));

        Assert.Equal(("in memory", "read from disk as they are needed"), (kept.Train.Place, streamed.Train.Place));
        Assert.Equal(kept.Train.Classes, streamed.Train.Classes);
        Assert.All(Enumerable.Range(0, kept.Train.Count), i => Assert.Equal(Read(kept.Train, i), Read(streamed.Train, i)));
        Assert.Equal(3, kept.HeldOut.Count);
        Assert.All(kept.HeldOut, path => Assert.True(File.Exists(Path.Combine(_folder.Path, path))));
    }

    [Fact]
    public void Read_FileGoneSinceTheRunBegan_IsNamed()
    {
        SyntheticImages.WriteFolder(_folder, "", imagesPerClass: 2, seed: 1);
        var folders = TrainingFolders.Find(_folder.Path, seed: 1);
        var data = Open(folders, inMemory: false);
        var before = data.Train.Fingerprint();
        File.WriteAllText(folders.Train.Files[1].Path, "no image any more");

        var message = Assert.Throws<TrainingException>(() => Read(data.Train, 1)).Message;

        Assert.StartsWith($"{folders.Train.Files[1].Path} could be read when the run began and cannot any more: ", message);
        File.Copy(folders.Train.Files[0].Path, folders.Train.Files[1].Path, overwrite: true);
        Assert.NotEqual(before, Open(folders, inMemory: false).Train.Fingerprint());
    }

    [Theory]
    [InlineData(nameof(AugmentationKind.Shift), 32, true)]
    [InlineData(nameof(AugmentationKind.Scale), 32, false)] // cropped anew each time
    [InlineData(nameof(AugmentationKind.None), 4096, true)]
    public void FitsIntoMemory_Images_DependsOnTheirSizeAndAugmentation(string kind, int size, bool expected)
    {
        var augmentation = Enum.Parse<AugmentationKind>(kind);
        foreach (var file in new[] { "a/1", "a/2", "b/1", "b/2" })
            _folder.Write(file);
        var folders = TrainingFolders.Find(_folder.Path, seed: 1);
        Assert.Equal(expected, folders.FitsIntoMemory(PreprocessingSpec.Cifar with { InputSize = size }, augmentation));

        var many = folders with { Train = folders.Train with { Files = [.. Enumerable.Repeat(folders.Train.Files[0], 1_000_000)] } };
        Assert.False(many.FitsIntoMemory(PreprocessingSpec.Cifar, augmentation)); // 3 GB
    }

    [Fact]
    public void Find_ClassesDiffer_NamesEachAndWhereItIs()
    {
        foreach (var file in new[] { "train/a/1", "train/b/1", "train/c/1", "test/a/1", "test/d/1" })
            _folder.Write(file);

        var message = Assert.Throws<TrainingException>(() => TrainingFolders.Find(_folder.Path, seed: 1)).Message;

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

    private static TrainingData Open(TrainingFolders folders, Recorder? recorder = null, bool inMemory = true) =>
        folders.Open(PreprocessingSpec.Cifar, inMemory, decoders: 2, recorder ?? new([]), TestContext.Current.CancellationToken);

    private static byte[] Read(IImageSource images, int image)
    {
        var pixels = new byte[images.Size * images.Size * 3];
        images.Read(image, placement: null, pixels);
        return pixels;
    }

    private sealed class Recorder(List<int> values) : IProgress<int>
    {
        public void Report(int value)
        {
            lock (values)
                values.Add(value);
        }
    }
}
