using System.Text;
using ResNetService.Modeling.Weights;
using ResNetService.Modeling.Weights.Safetensors;

namespace ResNetService.Modeling.Tests.Weights;

public sealed class SafetensorsWriterTests : TemporaryFolder
{
    private static readonly SafetensorsTensor Floats = new("w", [2], ElementType.F32, new byte[] { 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40 });

    [Fact]
    public void Write_TensorsAndMetadata_AreReadBack()
    {
        var path = PathOf("out.safetensors");

        SafetensorsWriter.Write(
            path,
            [new("flag é\"", [1, 1], ElementType.Bool, new byte[] { 1 }), Floats, new("n", [], ElementType.I64, new byte[] { 5, 0, 0, 0, 0, 0, 0, 0 }), new("none", [0], ElementType.F16, default)],
            new Dictionary<string, string> { ["epoch"] = "3", ["architecture"] = "resnet20-cifar" });

        using var file = WeightFile.Open(path);
        Assert.Equal(["n I64 []", "w F32 [2]", "none F16 [0]", "flag é\" Bool [1,1]"], file.Entries.Select(e => $"{e.Name} {e.Type} {TensorShape.Show(e.Shape)}"));
        Assert.Equal([1, 2], file.ReadFloats(file.Entries[1]));
        Assert.Equal("3", file.Metadata["epoch"]);
        Assert.Equal("resnet20-cifar", file.Metadata["architecture"]);
    }

    [Fact]
    public void Write_AnyTensors_AlignsElements()
    {
        var path = PathOf("out.safetensors");

        SafetensorsWriter.Write(path, [new("odd", [1], ElementType.U8, new byte[1]), Floats]);

        var bytes = File.ReadAllBytes(path);
        Assert.Equal(0, BitConverter.ToInt64(bytes) % 8);
        Assert.Equal(Floats.Data.ToArray(), bytes[^9..^1]);
        Assert.StartsWith("{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}", Encoding.UTF8.GetString(bytes[8..]), StringComparison.Ordinal);
    }

    /// <summary>A header of 128 bytes, or 384 and so on, gives the file the first byte of a pickle.</summary>
    [Fact]
    public void Write_HeadersOfManyLengths_AreAllReadBackAsSafetensors()
    {
        var path = PathOf("out.safetensors");
        for (var length = 0; length < 256; length += 8)
        {
            SafetensorsWriter.Write(path, [Floats], new Dictionary<string, string> { ["padding"] = new('x', length) });
            using var file = WeightFile.Open(path);
            Assert.Equal([1, 2], file.ReadFloats(file.Entries.Single()));
        }
    }

    [Fact]
    public void Write_BadTensors_ThrowsAndKeepsWhatWasThere()
    {
        var path = Write([1, 2, 3], "out.safetensors");

        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [Floats, Floats]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [Floats with { Name = "__metadata__" }]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [Floats with { Shape = [3] }]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [Floats with { Shape = [-2] }]));

        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
    }

    [Fact]
    public void Write_PlaceThatCannotBeWritten_LeavesNoPartBehind()
    {
        var path = PathOf("folder");
        Directory.CreateDirectory(path);

        Assert.ThrowsAny<Exception>(() => SafetensorsWriter.Write(path, [Floats]));

        Assert.Equal([path], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(path)!));
    }
}
