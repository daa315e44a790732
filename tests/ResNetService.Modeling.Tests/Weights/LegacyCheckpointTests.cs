namespace ResNetService.Modeling.Tests.Weights;

public sealed class LegacyCheckpointTests : TemporaryFolder
{
    private static readonly TestStorage Four = TestStorage.Floats("94020255495056", 1, 2, 3, 4) with { Location = "cuda:0", WritesView = true };

    [Fact]
    public void ReadFloats_StorageOfAGpu_IsRead()
    {
        using var file = Open(TestCheckpoint.Legacy(new TestTensor("a", Four, 1, [2], [1])));

        Assert.Equal([2, 3], file.ReadFloats(file.Entries[0]));
    }

    [Fact]
    public void ReadFloats_ViewOfAStorage_StartsAtTheView()
    {
        using var file = Open(TestCheckpoint.Legacy(new TestTensor("a", Four with { View = ("v", 2, 2) }, 1, [1], [1])));

        Assert.Equal([4], file.ReadFloats(file.Entries[0]));
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(1, long.MaxValue)]
    public void Open_ViewOutsideOfItsStorage_IsRefused(long offset, long count) =>
        Assert.Contains(
            "a view of storage 94020255495056 that is not inside of it",
            OpenFails(TestCheckpoint.Legacy(new TestTensor("a", Four with { View = ("v", offset, count) }, 0, [], []))),
            StringComparison.Ordinal);

    [Fact]
    public void Open_TensorBeyondItsView_IsRefused() =>
        Assert.Contains(
            "outside of its storage of 2 elements",
            OpenFails(TestCheckpoint.Legacy(new TestTensor("a", Four with { View = ("v", 0, 2) }, 0, [3], [1]))),
            StringComparison.Ordinal);

    [Fact]
    public void Open_PickleWithoutMagic_IsRefused()
    {
        Assert.Contains("not one that torch.save wrote", OpenFails(new PickleBuilder().Op("}").Stop()), StringComparison.Ordinal);
        Assert.Contains("not one that torch.save wrote", OpenFails(new PickleBuilder().Raw(0x8A, 10).Raw(new byte[9]).Raw(1).Stop()), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OtherVersion_IsRefused() =>
        Assert.Contains("is not of PyTorch's file version 1001", OpenFails(TestCheckpoint.LegacyHead(version: 1002)), StringComparison.Ordinal);

    [Fact]
    public void Open_LyingCount_IsRefused()
    {
        var content = TestCheckpoint.Legacy(new TestTensor("a", Four, 0, [4], [1]));
        TestCheckpoint.Count(5).CopyTo(content, content.Length - 16 - 8);

        Assert.Contains("states 5 elements for storage 94020255495056, of which its pickle says that it has 4", OpenFails(content), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_StorageLargerThanTheFile_IsRefused() =>
        Assert.Contains(
            "is truncated: storage 94020255495056 has 1099511627776 elements of F32, and 16 bytes are left",
            OpenFails(TestCheckpoint.Legacy(new TestTensor("a", Four with { Count = 1L << 40 }, 0, [4], [1]))),
            StringComparison.Ordinal);

    [Fact]
    public void Open_MissingStorage_IsRefused()
    {
        var pickle = new PickleBuilder().StateDict([new TestTensor("a", Four, 0, [4], [1])]).Stop();

        Assert.Contains("lacks storage 94020255495056, which tensor a needs", OpenFails(TestCheckpoint.Legacy(pickle)), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_StorageOfNoTensor_IsRefused() =>
        Assert.Contains("lists a storage that no tensor uses", OpenFails(TestCheckpoint.Legacy(new PickleBuilder().Op("}").Stop(), Four)), StringComparison.Ordinal);

    [Fact]
    public void Open_StorageListedTwice_IsRefused()
    {
        var pickle = new PickleBuilder().StateDict([new TestTensor("a", Four, 0, [4], [1])]).Stop();
        byte[] storage = [.. TestCheckpoint.Count(4), .. Four.Data];
        var keys = new PickleBuilder().Op("]", "(").Text(Four.Key).Text(Four.Key).Op("e").Stop();

        Assert.Contains(
            "holds storage 94020255495056 twice",
            OpenFails([.. TestCheckpoint.LegacyHead(), .. pickle, .. keys, .. storage, .. storage]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Open_BytesAfterTheLastStorage_AreRefused() =>
        Assert.Contains("has 3 bytes after its last storage", OpenFails([.. TestCheckpoint.Legacy(new TestTensor("a", Four, 0, [4], [1])), 1, 2, 3]), StringComparison.Ordinal);

    [Fact]
    public void Open_CutAnywhere_IsRefused()
    {
        var whole = TestCheckpoint.Legacy(new TestTensor("a", Four, 0, [4], [1]));
        for (var length = 0; length < whole.Length; length++)
            OpenFails(whole[..length]);
        Assert.Contains($"is truncated: bytes {whole.Length - 24} to {whole.Length - 16} are needed, and the file has {whole.Length - 17}", OpenFails(whole[..^17]), StringComparison.Ordinal);
    }
}
