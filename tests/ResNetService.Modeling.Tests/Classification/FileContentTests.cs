using System.Diagnostics;
using ResNetService.Modeling.Classification;
using ResNetService.Modeling.Tests.Training;

namespace ResNetService.Modeling.Tests.Classification;

public sealed class FileContentTests : IDisposable
{
    /// <summary>To wait for whoever writes a pipe is a failure too.</summary>
    private const int LongestMilliseconds = 60_000;

    private const long MostBytes = 4;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Read_LinkToAFile_GivesItsBytes()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        _folder.Write("a.jpg", [1, 2, 3]);
        File.CreateSymbolicLink(PathOf("link.jpg"), PathOf("a.jpg"));

        Assert.Equal([1, 2, 3], await ReadAsync("link.jpg"));
    }

    [Theory(Timeout = LongestMilliseconds)]
    [InlineData("pipe.jpg")]
    [InlineData("link.jpg")]
    public async Task Read_PipeThatNobodyWrites_FailsAtOnce(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "pipes are no files there");
        using var make = Process.Start("mkfifo", [PathOf("pipe.jpg")]);
        await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(PathOf("link.jpg"), PathOf("pipe.jpg"));

        // On another thread: one that waits for a pipe would not heed the limit.
        var exception = await Assert.ThrowsAsync<FileContentException>(() => Task.Run(() => ReadAsync(name), TestContext.Current.CancellationToken));

        Assert.Equal("The file is empty, or no regular file.", exception.Message);
    }

    [Fact]
    public async Task Read_FileAboveTheLimit_IsRefusedWithItsLength()
    {
        _folder.Write("limit.jpg", new byte[MostBytes]);
        _folder.Write("above.jpg", new byte[MostBytes + 1]);

        Assert.Equal(MostBytes, (await ReadAsync("limit.jpg")).Length);
        var exception = await Assert.ThrowsAsync<FileContentException>(() => ReadAsync("above.jpg"));
        Assert.Equal("The file has 5 bytes; the limit is 4.", exception.Message);
    }

    private Task<byte[]> ReadAsync(string name) => FileContent.ReadAsync(PathOf(name), MostBytes, TestContext.Current.CancellationToken);

    private string PathOf(string name) => Path.Combine(_folder.Path, name);
}
