using System.Security.Cryptography;
using System.Text;
using ResNetService.Modeling.Weights;

namespace ResNetService.Modeling.Tests.Weights;

public sealed class WeightFileTests : TemporaryFolder
{
    private static readonly TestTensor Tensor = TestTensor.Floats("a", [2], 1, 2);

    [Fact]
    public void Open_NoSuchFile_SaysSo()
    {
        var exception = Assert.Throws<WeightException>(() => WeightFile.Open(PathOf("absent.pth")));

        Assert.Equal($"{PathOf("absent.pth")}: there is no such file", exception.Message);
    }

    [Fact]
    public void Open_Directory_IsRefused() =>
        Assert.Contains("cannot be opened", Assert.Throws<WeightException>(() => WeightFile.Open(Path.GetTempPath())).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "Git LFS pointer")]
    [InlineData("<!DOCTYPE html><html></html>", "web page")]
    [InlineData("GGUF\x03\0\0\0", "it starts with 4747554603000000); accepted are .safetensors")]
    public void Open_SomethingElse_IsRefusedForWhatItIs(string content, string expected) =>
        Assert.Contains(expected, OpenFails(Encoding.Latin1.GetBytes(content)), StringComparison.Ordinal);

    [Fact]
    public void Open_Tar_IsRefusedWithTheRemedy()
    {
        var tar = new byte[512];
        "sys_info"u8.CopyTo(tar);
        "ustar"u8.CopyTo(tar.AsSpan(257));

        Assert.Contains("PyTorch before 0.1.10", OpenFails(tar), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("weights.safetensors")]
    [InlineData("weights.th")]
    public void Open_MisleadingExtension_GoesByContent(string name)
    {
        using var file = WeightFile.Open(Write(TestCheckpoint.Zip(Tensor), name));

        Assert.Equal("a", Assert.Single(file.Entries).Name);
    }

    [Fact]
    public void Sha256_AnyFile_IsTheDigestOfItsBytes()
    {
        var content = TestCheckpoint.Zip(TestTensor.Floats("a", [100_000], new float[100_000]));

        using var file = Open(content);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), file.Sha256());
    }

    [Fact]
    public void Read_FileShortenedAfterOpening_IsAnErrorNotACrash()
    {
        using var file = Open(TestCheckpoint.Legacy(TestTensor.Floats("a", [100_000], new float[100_000])));
        using (var stream = new FileStream(file.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            stream.SetLength(1000);

        var exception = Assert.Throws<WeightException>(() => file.ReadFloats(file.Entries[0]));

        Assert.Contains("was shortened to 1000 bytes", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WrongKindOfDestination_IsRefused()
    {
        var counter = new TestTensor("n", new("0", "LongStorage", new byte[8], 1), 0, [], []);
        using var file = Open(TestCheckpoint.Zip(Tensor, counter));

        var asFloats = Assert.Throws<WeightException>(() => file.ReadFloats(file.Entries[1]));
        var asLongs = Assert.Throws<WeightException>(() => file.Read(file.Entries[0], new long[2]));

        Assert.Contains("tensor n holds I64 where floating-point numbers are wanted", asFloats.Message, StringComparison.Ordinal);
        Assert.Contains("tensor a holds F32 where integers are wanted", asLongs.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => file.Read(file.Entries[0], new float[3]));
    }

    [Fact]
    public void Message_ControlCharactersInAName_AreEscaped()
    {
        var message = OpenFails(TestCheckpoint.Zip(Tensor with { Name = "a\u001b[2J\u202e", Size = [9] }));

        Assert.Contains(@"tensor a\u001b[2J\u202e has size [9]", message, StringComparison.Ordinal);
    }
}
