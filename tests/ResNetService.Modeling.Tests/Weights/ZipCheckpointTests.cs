using System.IO.Compression;
using System.Text;

namespace ResNetService.Modeling.Tests.Weights;

public sealed class ZipCheckpointTests : TemporaryFolder
{
    private const string Folder = TestCheckpoint.Folder;

    private static readonly TestTensor Tensor = TestTensor.Floats("a", [4], 1, 2, 3, 4);
    private static readonly byte[] Pickle = new PickleBuilder().StateDict([Tensor]).Stop();
    private static readonly ZipTestEntry PickleEntry = new($"{Folder}/data.pkl", Pickle);
    private static readonly ZipTestEntry DataEntry = new($"{Folder}/data/a", Tensor.Storage.Data);

    [Theory]
    [InlineData(0x0800)]
    [InlineData(0x0808)] // sizes after the content, as miniz writes
    public void ReadFloats_StoredEntries_AreRead(ushort flags)
    {
        ZipTestEntry[] entries = [PickleEntry with { Flags = flags }, DataEntry with { Flags = flags, LocalSize = (flags & 8) != 0 ? 0u : null }];
        if ((flags & 8) != 0)
            entries[0] = entries[0] with { LocalSize = 0 };

        using var file = Open(ZipBuilder.Build(entries));

        Assert.Equal([1, 2, 3, 4], file.ReadFloats(Assert.Single(file.Entries)));
    }

    [Fact]
    public void ReadFloats_Zip64_IsRead()
    {
        byte[] extra = [9, 9, 2, 0, 5, 5, 1, 0, 16, 0, .. TestCheckpoint.Count(16), .. TestCheckpoint.Count(16)];
        var wide = DataEntry with { Size = uint.MaxValue, Compressed = uint.MaxValue, LocalSize = uint.MaxValue, Extra = extra };

        using var file = Open(ZipBuilder.Build([PickleEntry, wide], zip64: true));

        Assert.Equal([1, 2, 3, 4], file.ReadFloats(Assert.Single(file.Entries)));
    }

    [Fact]
    public void Open_DeflatedArchive_IsRefused()
    {
        var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var bomb = archive.CreateEntry($"{Folder}/data.pkl", CompressionLevel.Optimal).Open();
            bomb.Write(new byte[10_000_000]);
        }

        Assert.Contains($"the compressed zip entry {Folder}/data.pkl", OpenFails(stream.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_MissingStorage_IsRefused() =>
        Assert.Contains("lacks storage a, which tensor a needs", OpenFails(ZipBuilder.Build([PickleEntry])), StringComparison.Ordinal);

    [Fact]
    public void Open_StorageOfOtherLength_IsRefused() =>
        Assert.Contains("holds 15 bytes for storage a of 4 F32", OpenFails(ZipBuilder.Build([PickleEntry, DataEntry with { Data = new byte[15] }])), StringComparison.Ordinal);

    [Fact]
    public void Open_BigEndian_IsRefused() =>
        Assert.Contains(
            "has the byte order 'big'; little is read",
            OpenFails(ZipBuilder.Build([PickleEntry, DataEntry, new($"{Folder}/byteorder", Encoding.ASCII.GetBytes("big"))])),
            StringComparison.Ordinal);

    [Fact]
    public void Open_TorchScript_IsRefused() =>
        Assert.Contains("is a TorchScript archive", OpenFails(ZipBuilder.Build([PickleEntry, new($"{Folder}/constants.pkl", [])])), StringComparison.Ordinal);

    [Fact]
    public void Open_OtherZip_IsRefused()
    {
        Assert.Contains("a zip archive with 0 data.pkl", OpenFails(ZipBuilder.Build([new("readme.txt", [1])])), StringComparison.Ordinal);
        Assert.Contains("a zip archive with 2 data.pkl", OpenFails(ZipBuilder.Build([PickleEntry, new("other/data.pkl", Pickle)])), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_EntriesThatLie_AreRefused()
    {
        Refused(DataEntry with { Size = 1000 }, "of 16 bytes, which itself says 1000", "of 1000 bytes, which itself says 16");
        Refused(DataEntry with { Size = 100_000, LocalSize = 100_000 }, "which does not end before the zip directory");
        Refused(DataEntry with { LocalHeader = 7 }, "at byte 7, where another or none is");
        Refused(DataEntry with { LocalHeader = 0 }, "at byte 0, where another or none is");
        Refused(DataEntry with { LocalHeader = 1_000_000 }, "which does not end before the zip directory");
        Refused(DataEntry with { LocalName = $"{Folder}/data/b" }, "where another or none is");
        Refused(DataEntry with { Compressed = 15 }, "the compressed zip entry");
        Refused(DataEntry with { Method = 8 }, "the compressed zip entry");
        Refused(DataEntry with { Flags = 1 }, "the encrypted zip entry");
        Refused(DataEntry with { Size = uint.MaxValue }, "without its zip64 sizes");
        Refused(PickleEntry, $"two zip entries of the name {Folder}/data.pkl");

        void Refused(ZipTestEntry entry, params string[] anyOf) =>
            Assert.Contains(anyOf, expected => OpenFails(ZipBuilder.Build([PickleEntry, entry])).Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Open_EntriesThatOverlap_AreRefused()
    {
        // The outer entry's content holds a whole inner entry, and the directory lists both.
        var inner = ZipBuilder.Build([DataEntry])[..(64 + 16)];
        var outer = ZipBuilder.Build([PickleEntry, new("outer", inner)]);
        var start = (uint)outer.AsSpan().IndexOf(inner);
        var content = ZipBuilder.Build([PickleEntry, new("outer", inner), DataEntry with { LocalHeader = start }]);

        Assert.Contains("inside of the entry before it", OpenFails(content), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_DirectoryThatLies_IsRefused()
    {
        Refused(new(Count: 3), "a damaged zip directory");
        Refused(new(Count: 1), "bytes after the 1 entries");
        Refused(new(Count: 100_001), "at most 100000 in 33554432 are allowed");
        Refused(new(Size: 33_554_433), "at most 100000 in 33554432 are allowed");
        Refused(new(Size: 1000), "is truncated: its zip directory of 1000 bytes");
        Refused(new(Start: 1_000_000), "is truncated: its zip directory of");
        Refused(new(Start: ulong.MaxValue), "is truncated: its zip directory of");
        Refused(new(Start: 0), "a damaged zip directory");

        void Refused(ZipTestEnd end, string expected) =>
            Assert.Contains(expected, OpenFails(ZipBuilder.Build([PickleEntry, DataEntry], end, zip64: true)), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_Zip64WithoutItsRecords_IsRefused()
    {
        var whole = ZipBuilder.Build([PickleEntry, DataEntry], zip64: true);
        byte[] nothingBefore = [.. "PK\x03\x04"u8, .. whole[^22..]];

        Assert.Contains("lacks the zip64 locator", OpenFails(nothingBefore), StringComparison.Ordinal);
        Assert.Contains("lacks the zip64 locator", OpenFails([.. whole[..^42], .. new byte[20], .. whole[^22..]]), StringComparison.Ordinal);
        Assert.Contains("lacks the zip64 locator", OpenFails([.. whole[..^34], .. TestCheckpoint.Count(-1), .. whole[^26..]]), StringComparison.Ordinal);
        Assert.Contains("lacks the zip64 record", OpenFails([.. whole[..^98], .. new byte[56], .. whole[^42..]]), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_CutAnywhere_IsRefused()
    {
        var whole = ZipBuilder.Build([PickleEntry, DataEntry], zip64: true);
        for (var length = 0; length < whole.Length; length++)
            OpenFails(whole[..length]);
    }
}
