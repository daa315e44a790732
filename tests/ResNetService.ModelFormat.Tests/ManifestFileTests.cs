using System.Text;

namespace ResNetService.ModelFormat.Tests;

public sealed class ManifestFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("resnet-manifest-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Path => System.IO.Path.Combine(_folder, ModelManifest.FileName);

    [Fact]
    public void Read_File_NamesThePathInItsFaults()
    {
        File.WriteAllText(Path, ValidManifest.With("\"precision\": \"int8\"", "\"precision\": \"int4\""));

        var fault = Assert.Single(Assert.Throws<ManifestException>(() => ManifestReader.Read(Path)).Faults);

        Assert.Equal((Path, "precision"), (fault.File, fault.Field));
    }

    [Fact]
    public void Read_AbsentFile_IsAFaultOfThatFile()
    {
        var fault = Assert.Single(Assert.Throws<ManifestException>(() => ManifestReader.Read(Path)).Faults);

        Assert.Equal(new ManifestFault(Path, "", null, "does not exist"), fault);
    }

    [Fact]
    public void Read_Folder_IsAFault()
    {
        var fault = Assert.Single(Assert.Throws<ManifestException>(() => ManifestReader.Read(_folder)).Faults);

        Assert.StartsWith("cannot be read", fault.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FileOfManyMegabytes_IsRefusedBeforeItIsParsed()
    {
        using (var stream = File.Create(Path))
            stream.SetLength(16 * 1024 * 1024 + 1);

        var fault = Assert.Single(Assert.Throws<ManifestException>(() => ManifestReader.Read(Path)).Faults);

        Assert.Equal("is larger than 16777216 bytes, the most that is read", fault.Problem);
    }

    [Fact]
    public void Read_DeviceWithoutEnd_StopsAtTheLimit()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "needs /dev/zero");

        var fault = Assert.Single(Assert.Throws<ManifestException>(() => ManifestReader.Read("/dev/zero")).Faults);

        Assert.StartsWith("is larger than", fault.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ValidManifest_ReadsBackEqualAndLeavesNoOtherFile()
    {
        var manifest = ValidManifest.Read(ValidManifest.Json);

        ManifestWriter.Write(manifest, Path);

        Assert.Equal(manifest, ManifestReader.Read(Path));
        Assert.Equal([Path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Write_ExistingFile_IsReplaced()
    {
        File.WriteAllText(Path, new string('x', 100_000));

        ManifestWriter.Write(ValidManifest.Read(ValidManifest.Json), Path);

        Assert.Equal("tiny", ManifestReader.Read(Path).Architecture);
    }

    [Fact]
    public void Write_InvalidManifest_LeavesWhatWasThere()
    {
        File.WriteAllText(Path, "before");
        var manifest = ValidManifest.Read(ValidManifest.Json) with { Labels = [] };

        var exception = Assert.Throws<ManifestException>(() => ManifestWriter.Write(manifest, Path));

        Assert.Equal((Path, "labels"), (exception.Faults[0].File, exception.Faults[0].Field));
        Assert.Equal("before", File.ReadAllText(Path));
        Assert.Equal([Path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Write_TargetIsAFolder_ThrowsAndLeavesNoTemporaryFile()
    {
        Directory.CreateDirectory(Path);

        Assert.ThrowsAny<Exception>(() => ManifestWriter.Write(ValidManifest.Read(ValidManifest.Json), Path));

        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Write_AbsentFolder_ThrowsDirectoryNotFound() =>
        Assert.Throws<DirectoryNotFoundException>(
            () => ManifestWriter.Write(ValidManifest.Read(ValidManifest.Json), System.IO.Path.Combine(_folder, "absent", "manifest.json")));

    [Fact]
    public void ToJson_NumbersThatJsonHasNot_AreFaultsOfTheirFields()
    {
        var manifest = ValidManifest.Read(ValidManifest.Json);
        manifest = manifest with
        {
            Preprocessing = manifest.Preprocessing with { Mean = [double.NaN, 0.4, 0.4], Std = [0.2, 0.2, double.PositiveInfinity] },
        };

        var exception = Assert.Throws<ManifestException>(() => ManifestWriter.ToJson(manifest));

        Assert.Equal(["preprocessing.mean[0]", "preprocessing.std[2]"], exception.Faults.Select(fault => fault.Field));
    }

    [Fact]
    public void ToJson_TextThatUtf8CannotHold_IsRefused() =>
        Assert.Throws<ManifestException>(() => ManifestWriter.ToJson(ValidManifest.Read(ValidManifest.Json) with { Architecture = "a\ud800" }));

    [Fact]
    public void ToJson_Layout_IsFixed()
    {
        var manifest = ValidManifest.Read(ValidManifest.Json);

        // The sample is in the writer's own layout but for cropPct, which the writer computes from the resize that is used.
        var expected = ValidManifest.With("0.95", "0.9531914893617022") + "\n";
        Assert.Equal(expected, ManifestWriter.ToJson(manifest));
    }

    [Fact]
    public void ToJson_ImageNet_HasOneLabelALine()
    {
        var manifest = ValidManifest.Read(ValidManifest.Json) with { Labels = LabelSets.ImageNet };

        var json = ManifestWriter.ToJson(manifest);

        Assert.Contains("\n    {\"name\": \"jack-o'-lantern\", \"id\": \"n03590841\"},\n", json, StringComparison.Ordinal);
        Assert.Equal(LabelSets.ImageNet, ManifestReader.Read(Encoding.UTF8.GetBytes(json), "m").Labels);
    }
}
