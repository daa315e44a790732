using System.Text;
using ResNetService.Modeling.Torch;

namespace ResNetService.Modeling.Tests.Torch;

public sealed class ElfVersionNeedsTests
{
    [Fact]
    public void MarkWeak_TorchSharpsLibrary_ChangesOneFlagOfTheOneVersion()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the library is Linux's");
        var library = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        var before = File.ReadAllBytes(library);
        var after = before.ToArray();

        var marked = ElfVersionNeeds.MarkWeak(after, "GLIBCXX_3.4.32");

        Assert.Equal(1, marked);
        Assert.Single(Enumerable.Range(0, before.Length), i => before[i] != after[i]);
    }

    [Fact]
    public void MarkWeak_UnknownVersion_ChangesNothing()
    {
        var image = Image("GLIBCXX_3.4.30");
        var before = image.ToArray();

        Assert.Equal(0, ElfVersionNeeds.MarkWeak(image, "GLIBCXX_3.4.32"));
        Assert.Equal(before, image);
    }

    [Fact]
    public void MarkWeak_KnownVersion_SetsTheWeakFlag()
    {
        var image = Image("GLIBCXX_3.4.32");

        Assert.Equal(1, ElfVersionNeeds.MarkWeak(image, "GLIBCXX_3.4.32"));
        Assert.Equal(2, image[NeedsOffset + 16 + 4]);
    }

    [Fact]
    public void MarkWeak_NotElf_IsRefused() =>
        Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.MarkWeak(new byte[100], "x"));

    [Fact]
    public void MarkWeak_TruncatedAnywhere_IsRefusedOrLeftAlone()
    {
        var image = Image("GLIBCXX_3.4.32");
        for (var length = 0; length < image.Length; length++)
        {
            var part = image[..length];
            try
            {
                ElfVersionNeeds.MarkWeak(part, "GLIBCXX_3.4.32");
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    private const int NeedsOffset = 64 + (2 * 64);

    /// <summary>The smallest file with a version-needs section: header, two section headers, one need with one version, its strings.</summary>
    private static byte[] Image(string version)
    {
        var image = new byte[NeedsOffset + 32 + version.Length + 2];
        var stringsOffset = NeedsOffset + 32;
        new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1 }.CopyTo(image, 0);
        BitConverter.TryWriteBytes(image.AsSpan(0x28), 64L);
        BitConverter.TryWriteBytes(image.AsSpan(0x3A), (ushort)64);
        BitConverter.TryWriteBytes(image.AsSpan(0x3C), (ushort)2);

        var needs = image.AsSpan(64);
        BitConverter.TryWriteBytes(needs[4..], 0x6ffffffeu);
        BitConverter.TryWriteBytes(needs[0x18..], (long)NeedsOffset);
        BitConverter.TryWriteBytes(needs[0x28..], 1u);
        BitConverter.TryWriteBytes(image.AsSpan(128 + 0x18), (long)stringsOffset);

        var need = image.AsSpan(NeedsOffset);
        BitConverter.TryWriteBytes(need[2..], (ushort)1);
        BitConverter.TryWriteBytes(need[8..], 16u);
        BitConverter.TryWriteBytes(need[(16 + 8)..], 1u);
        Encoding.ASCII.GetBytes(version).CopyTo(image, stringsOffset + 1);
        return image;
    }
}
