using ResNetService.Modeling.Weights;

namespace ResNetService.Modeling.Tests.Weights;

/// <summary>What PyTorch's two forms have in common: storages and views of them.</summary>
public sealed class CheckpointTests : TemporaryFolder
{
    private static readonly TestStorage Twelve = TestStorage.Floats("0", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

    public static TheoryData<bool> Forms => [true, false];

    [Theory]
    [MemberData(nameof(Forms))]
    public void ReadFloats_Views_AreRowMajor(bool zip)
    {
        using var file = Save(
            zip,
            new("whole", Twelve, 0, [3, 4], [4, 1]),
            new("row", Twelve, 4, [4], [1]),
            new("column", Twelve, 1, [3], [4]),
            new("transposed", Twelve, 0, [4, 3], [1, 4]),
            new("channels last", Twelve, 0, [1, 3, 2, 2], [12, 1, 6, 3]),
            new("repeated", Twelve, 5, [2, 2], [0, 0]),
            new("scalar", Twelve, 11, [], []),
            new("sliding", Twelve, 0, [2, 3], [1, 1]),
            new("side of one", Twelve, 0, [1, 12], [7, 1]),
            new("empty", Twelve, 12, [0, 4], [4, 1]));

        var values = file.Entries.ToDictionary(entry => entry.Name, file.ReadFloats);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], values["whole"]);
        Assert.Equal([4, 5, 6, 7], values["row"]);
        Assert.Equal([1, 5, 9], values["column"]);
        Assert.Equal([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11], values["transposed"]);
        Assert.Equal([0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11], values["channels last"]);
        Assert.Equal([5, 5, 5, 5], values["repeated"]);
        Assert.Equal([11], values["scalar"]);
        Assert.Equal([0, 1, 2, 1, 2, 3], values["sliding"]);
        Assert.Equal(values["whole"], values["side of one"]);
        Assert.Empty(values["empty"]);
    }

    [Theory]
    [InlineData("_rebuild_tensor")]
    [InlineData("_rebuild_tensor_v2")]
    [InlineData("_rebuild_parameter")]
    public void ReadFloats_EveryWayToRebuild_GivesTheTensor(string rebuild)
    {
        foreach (var zip in new[] { true, false })
        {
            using var file = Save(zip, new TestTensor("a", Twelve, 2, [2], [1]) { Rebuild = rebuild });

            Assert.Equal([2, 3], file.ReadFloats(file.Entries[0]));
        }
    }

    [Theory]
    [InlineData("DoubleStorage", ElementType.F64, new byte[] { 0, 0, 0, 0, 0, 0, 0xF8, 0x3F }, 1.5)]
    [InlineData("FloatStorage", ElementType.F32, new byte[] { 0, 0, 0xC0, 0x3F }, 1.5)]
    [InlineData("HalfStorage", ElementType.F16, new byte[] { 0, 0x3E }, 1.5)]
    [InlineData("BFloat16Storage", ElementType.BF16, new byte[] { 0xC0, 0x3F }, 1.5)]
    [InlineData("LongStorage", ElementType.I64, new byte[] { 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }, -2)]
    [InlineData("IntStorage", ElementType.I32, new byte[] { 0xFE, 0xFF, 0xFF, 0xFF }, -2)]
    [InlineData("ShortStorage", ElementType.I16, new byte[] { 0xFE, 0xFF }, -2)]
    [InlineData("CharStorage", ElementType.I8, new byte[] { 0xFE }, -2)]
    [InlineData("ByteStorage", ElementType.U8, new byte[] { 0xFE }, 254)]
    [InlineData("BoolStorage", ElementType.Bool, new byte[] { 1 }, 1)]
    public void Read_EveryElementType_GivesItsValue(string storageClass, object type, byte[] data, double expected)
    {
        // The strided path converts as well.
        var storage = new TestStorage("0", storageClass, [.. data, .. data, .. data], 3);
        using var file = Save(zip: true, new("one", storage, 1, [1], [1]), new("strided", storage, 0, [2], [2]));

        foreach (var entry in file.Entries)
        {
            Assert.Equal(type, entry.Type);
            Assert.All(Values(file, entry), value => Assert.Equal(expected, value));
        }
    }

    [Fact]
    public void ReadFloats_EveryHalfAndEveryBFloat16_IsExact()
    {
        var codes = new ushort[1 << 16];
        for (var i = 0; i < codes.Length; i++)
            codes[i] = (ushort)i;
        var bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(codes.AsSpan()).ToArray();
        using var file = Save(
            zip: true,
            new("half", new("0", "HalfStorage", bytes, codes.Length), 0, [codes.Length], [1]),
            new("bfloat", new("1", "BFloat16Storage", bytes, codes.Length), 0, [codes.Length], [1]));

        Assert.Equal(codes.Select(code => (float)BitConverter.UInt16BitsToHalf(code)), file.ReadFloats(file.Entries[0]));
        Assert.Equal(codes.Select(code => BitConverter.UInt32BitsToSingle((uint)code << 16)), file.ReadFloats(file.Entries[1]));
    }

    [Fact]
    public void ReadFloats_TensorOfManyChunks_IsWhole()
    {
        var values = Enumerable.Range(0, 100_003).Select(i => (float)i).ToArray();
        var doubles = System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.Select(v => (double)v).ToArray().AsSpan()).ToArray();
        using var file = Save(
            zip: false,
            TestTensor.Floats("f", [values.Length], values),
            new("d", new("d", "DoubleStorage", doubles, values.Length), 0, [values.Length], [1]));

        Assert.Equal(values, file.ReadFloats(file.Entries[0]));
        Assert.Equal(values, file.ReadFloats(file.Entries[1]));
    }

    [Theory]
    [InlineData(0, new long[] { 13 }, new long[] { 1 }, "reaches outside of its storage of 12 elements")]
    [InlineData(5, new long[] { 8 }, new long[] { 1 }, "reaches outside")]
    [InlineData(0, new long[] { 3, 4 }, new long[] { 5, 1 }, "reaches outside")]
    [InlineData(13, new long[] { 0 }, new long[] { 1 }, "reaches outside")]
    [InlineData(12, new long[] { }, new long[] { }, "reaches outside")]
    [InlineData(0, new long[] { 2 }, new[] { long.MaxValue }, "reaches outside")]
    [InlineData(0, new[] { 1L << 40, 1L << 22 }, new[] { long.MaxValue, long.MaxValue }, "reaches outside")]
    [InlineData(long.MaxValue, new long[] { 1 }, new long[] { 1 }, "reaches outside")]
    [InlineData(-1, new long[] { 1 }, new long[] { 1 }, "describes no tensor")]
    [InlineData(11, new long[] { 2 }, new long[] { -1 }, "describes no tensor")]
    [InlineData(0, new long[] { -1 }, new long[] { 1 }, "describes no tensor")]
    [InlineData(0, new long[] { 2, 2 }, new long[] { 1 }, "describes no tensor")]
    [InlineData(0, new[] { 1L << 32, 1L << 32 }, new long[] { 0, 0 }, "describes no tensor")]
    public void Open_ViewThatIsNone_IsRefused(long offset, long[] size, long[] stride, string expected)
    {
        var tensor = new TestTensor("a", Twelve, offset, size, stride);

        Assert.Contains($"tensor a has size {TensorShape.Show(size)}", OpenFails(TestCheckpoint.Zip(tensor)), StringComparison.Ordinal);
        Assert.Contains(expected, OpenFails(TestCheckpoint.Legacy(tensor)), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_SizeThatIsNoInteger_IsRefused()
    {
        var pickle = new PickleBuilder().Op("}").Text("a").Global("torch._utils", "_rebuild_tensor_v2").Op("(", "(")
            .Text("storage").Global("torch", "FloatStorage").Text("0").Text("cpu").Int(12).Op("t", "Q").Int(0)
            .Float(double.NaN).Op("\u0085").Tuple(1).Op("\u0089").OrderedDict().Op("t", "R", "s").Stop();

        Assert.Contains("tensor a has a size or a stride that is not of at most 8 integers", OpenFails(TestCheckpoint.Zip(pickle, Twelve)), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_TooManyDimensions_IsRefused() =>
        Assert.Contains(
            "not of at most 8 integers",
            OpenFails(TestCheckpoint.Zip(new TestTensor("a", Twelve, 0, [1, 1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1]))),
            StringComparison.Ordinal);

    [Fact]
    public void Open_StorageDescribedInTwoWays_IsRefused()
    {
        var other = Twelve with { Class = "IntStorage" };

        Assert.Contains(
            "describes storage 0 in two ways: 12 I32 and 12 F32",
            OpenFails(TestCheckpoint.Zip(new("a", Twelve, 0, [1], [1]), new TestTensor("b", other, 0, [1], [1]))),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void Open_StorageOfImpossibleSize_IsRefused(long count) =>
        Assert.Contains("names something other than a storage", OpenFails(TestCheckpoint.Zip(new TestTensor("a", Twelve with { Count = count }, 0, [1], [1]))), StringComparison.Ordinal);

    private static IEnumerable<double> Values(WeightFile file, TensorEntry entry)
    {
        if (entry.Type.IsFloatingPoint())
            return file.ReadFloats(entry).Select(value => (double)value);
        var values = new long[entry.ElementCount];
        file.Read(entry, values);
        return values.Select(value => (double)value);
    }

    private WeightFile Save(bool zip, params TestTensor[] tensors) => Open(zip ? TestCheckpoint.Zip(tensors) : TestCheckpoint.Legacy(tensors));
}
