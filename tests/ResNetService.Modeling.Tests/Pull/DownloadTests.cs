using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using ResNetService.Modeling.Pull;

namespace ResNetService.Modeling.Tests.Pull;

/// <summary>Downloads from a server that keeps to the protocol, or does not.</summary>
public sealed class DownloadTests : IDisposable
{
    private const int Some = 100_000;
    private static readonly byte[] Content = DownloadFolder.Content;
    private static readonly PublishedWeights Weights = DownloadFolder.Weights(Content, PublishedSize.Parse("300000 bytes"));

    private readonly DownloadFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Download_FileThatIsThere_IsTheOnlyThingLeft()
    {
        await using var server = await LoopbackServer.StartAsync(Answers.File(Content));
        var seen = new Watermark(Content.Length);

        await _folder.DownloadAsync(server.Address, Weights, progress: seen);

        Assert.True(seen.Reached.IsCompleted);
        AssertWhole();
        Assert.Null(Assert.Single(server.Requests).Range);
    }

    [Fact]
    public async Task Download_ConnectionThatBreaks_GoesOnFromThere()
    {
        var seen = new Watermark(Some);
        await using var server = await LoopbackServer.StartAsync(Answers.Cut(Content, Some, seen.Reached), Answers.File(Content));

        await _folder.DownloadAsync(server.Address, Weights, progress: seen);

        AssertWhole();
        Assert.Equal([(null, null), ($"bytes={Some}-", Answers.Version1)], server.Requests.Select(r => (r.Range, r.IfRange)));
    }

    [Fact]
    public async Task Download_ConnectionThatBreaksAlways_KeepsThePartForTheNextCommand()
    {
        var seen = new Watermark(Some);
        await using var server = await LoopbackServer.StartAsync(Answers.Cut(Content, Some, seen.Reached), Answers.Status(503));

        var exception = await Assert.ThrowsAsync<DownloadException>(() => _folder.DownloadAsync(server.Address, Weights, progress: seen));

        Assert.Equal($"{server.Address} answered 503 (Service Unavailable), 5 times in a row; {Some} bytes are kept, and the same command goes on from there", exception.Message);
        Assert.Equal([Weights.FileName + ".part", Weights.FileName + ".part.etag"], _folder.Files);
        await using var repaired = await LoopbackServer.StartAsync(Answers.File(Content));

        await _folder.DownloadAsync(repaired.Address, Weights);

        AssertWhole();
        Assert.Equal($"bytes={Some}-", Assert.Single(repaired.Requests).Range);
    }

    [Fact]
    public async Task Download_ConnectionThatBreaksButGetsFurther_IsNeverGivenUp()
    {
        var (first, second, third) = (new Watermark(Some), new Watermark(Some + 1), new Watermark(Some + 2));
        await using var server = await LoopbackServer.StartAsync(
            Answers.Cut(Content, Some, first.Reached), Answers.CutRest(Content, Some + 1, second.Reached), Answers.CutRest(Content, Some + 2, third.Reached), Answers.File(Content));

        await _folder.DownloadAsync(server.Address, Weights, DownloadFolder.Quick with { MaxAttempts = 2 }, new Several(first, second, third));

        AssertWhole();
        Assert.Equal([null, $"bytes={Some}-", $"bytes={Some + 1}-", $"bytes={Some + 2}-"], server.Requests.Select(r => r.Range));
    }

    [Fact]
    public async Task Download_Cancelled_KeepsThePart()
    {
        var seen = new Watermark(Some);
        using var cancel = new CancellationTokenSource();
        await using var server = await LoopbackServer.StartAsync(Answers.Stall(Content, Some));

        var download = _folder.DownloadAsync(server.Address, Weights, progress: seen, token: cancel.Token);
        await seen.Reached;
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => download);
        Assert.Equal(Content[..Some], await File.ReadAllBytesAsync(_folder.Store().PathOf(Weights) + ".part", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Download_ServerThatFallsSilent_IsAskedAgain()
    {
        var (time, seen) = (new FakeTimeProvider(), new Watermark(Some));
        await using var server = await LoopbackServer.StartAsync(Answers.Stall(Content, Some), Answers.File(Content));
        var store = new WeightStore(_folder.Path, new DownloadPolicy { FirstDelay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero }, time);

        var download = store.DownloadAsync(Weights, server.Address, RedirectingClient.CreateHandler(), seen, TestContext.Current.CancellationToken);
        await seen.Reached;
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (server.Requests.Count < 2 && await poll.WaitForNextTickAsync(TestContext.Current.CancellationToken))
            time.Advance(new DownloadPolicy().InactivityTimeout);
        await download;

        AssertWhole();
        Assert.Equal($"bytes={Some}-", server.Requests[1].Range);
    }

    [Fact]
    public async Task Download_ServerThatNeverAnswers_IsGivenUp()
    {
        await using var server = await LoopbackServer.StartAsync(Answers.Stall(Content, 0, etag: null));

        var message = await _folder.FailsAsync(server.Address, Weights, DownloadFolder.Quick with { InactivityTimeout = TimeSpan.FromMilliseconds(100), MaxAttempts = 2 });

        Assert.Equal($"{server.Address} sent nothing for 0.1 s, 2 times in a row; nothing is kept", message);
        Assert.True(_folder.IsGone);
    }

    [Fact]
    public async Task Download_ServerWithAnotherVersionMeanwhile_StartsOver()
    {
        var seen = new Watermark(Some);
        await using var server = await LoopbackServer.StartAsync(
            Answers.Cut(DownloadFolder.OtherContent, Some, seen.Reached), Answers.File(Content, Answers.Version2));

        await _folder.DownloadAsync(server.Address, Weights, progress: seen);

        AssertWhole();
        Assert.Equal(Answers.Version1, server.Requests[1].IfRange);
    }

    [Fact]
    public async Task Download_ServerThatSendsTheRestOfAnotherVersion_StartsOver()
    {
        var seen = new Watermark(Some);
        await using var server = await LoopbackServer.StartAsync(
            Answers.Cut(DownloadFolder.OtherContent, Some, seen.Reached), Answers.PartRegardless(Content, Answers.Version2), Answers.File(Content, Answers.Version2));

        await _folder.DownloadAsync(server.Address, Weights, progress: seen);

        AssertWhole();
        Assert.Equal([null, $"bytes={Some}-", null], server.Requests.Select(r => r.Range));
    }

    [Fact]
    public async Task Download_ServerThatGivesNoParts_StartsOver()
    {
        var seen = new Watermark(Some);
        await using var server = await LoopbackServer.StartAsync(Answers.Cut(Content, Some, seen.Reached), Answers.WholeFile(Content));

        await _folder.DownloadAsync(server.Address, Weights, progress: seen);

        AssertWhole();
    }

    [Fact]
    public async Task Download_ServerThatRefusesTheRange_StartsOver()
    {
        var seen = new Watermark(Some);
        await using var server = await LoopbackServer.StartAsync(Answers.Cut(Content, Some, seen.Reached), Answers.Status(416), Answers.File(Content));

        await _folder.DownloadAsync(server.Address, Weights, progress: seen);

        AssertWhole();
        Assert.Equal([null, $"bytes={Some}-", null], server.Requests.Select(r => r.Range));
    }

    [Fact]
    public async Task Download_PartThatIsWholeAlready_IsNotFetchedAgain()
    {
        Directory.CreateDirectory(_folder.Path);
        await File.WriteAllBytesAsync(_folder.Store().PathOf(Weights) + ".part", Content, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder.Store().PathOf(Weights) + ".part.etag", Answers.Version1, TestContext.Current.CancellationToken);
        await using var server = await LoopbackServer.StartAsync(Answers.File(Content));

        await _folder.DownloadAsync(server.Address, Weights);

        AssertWhole();
        Assert.Equal($"bytes={Content.Length}-", Assert.Single(server.Requests).Range);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("W/\"1\"")]
    public async Task Download_ServerWithoutStrongVersions_StartsOverAndKeepsNothing(string? etag)
    {
        var seen = new Watermark(Some);
        await using var server = await LoopbackServer.StartAsync(Answers.Cut(Content, Some, seen.Reached, etag));

        await Assert.ThrowsAsync<DownloadException>(() => _folder.DownloadAsync(server.Address, Weights, progress: seen));

        Assert.True(_folder.IsGone);
        Assert.All(server.Requests, request => Assert.Null(request.Range));
    }

    [Fact]
    public async Task Download_AnotherFile_IsRefusedByItsDigest()
    {
        await using var server = await LoopbackServer.StartAsync(Answers.File(DownloadFolder.OtherContent));

        var message = await _folder.FailsAsync(server.Address, Weights);

        Assert.StartsWith($"{server.Address} has the SHA-256 ", message, StringComparison.Ordinal);
        Assert.EndsWith($", and {Weights.Sha256} is published as its beginning: it is another file, or damaged; nothing is kept", message, StringComparison.Ordinal);
        Assert.True(_folder.IsGone);
    }

    [Fact]
    public async Task Download_AnotherLength_IsRefusedBeforeItsFirstByte()
    {
        await using var server = await LoopbackServer.StartAsync(Answers.File(Content[1..]));
        var seen = new Watermark(1);

        var exception = await Assert.ThrowsAsync<DownloadException>(() => _folder.DownloadAsync(server.Address, Weights, progress: seen));

        Assert.Equal($"{server.Address} has 299999 bytes, and 300000 bytes are published: it is another file", exception.Message);
        Assert.False(seen.Reached.IsCompleted);
        Assert.True(_folder.IsGone);
    }

    [Theory]
    [InlineData(-1, "has 299999 bytes, and 300000 bytes are published: it is another file; nothing is kept")]
    [InlineData(1, "sends more than 300000 bytes, and the file has no more; nothing is kept")]
    public async Task Download_UnannouncedLength_IsRefusedWhereItIsAnother(int difference, string message)
    {
        await using var server = await LoopbackServer.StartAsync(Answers.Chunked([.. Content[..^1], .. new byte[1 + difference]]));

        Assert.Equal($"{server.Address} {message}", await _folder.FailsAsync(server.Address, Weights));
        Assert.True(_folder.IsGone);
    }

    [Fact]
    public async Task Download_UnannouncedLength_IsTakenWhereItIsRight()
    {
        await using var server = await LoopbackServer.StartAsync(Answers.Chunked(Content));

        await _folder.DownloadAsync(server.Address, Weights);

        AssertWhole();
    }

    [Fact]
    public async Task Download_LoginPage_IsNotTakenForTheFileAndHarmsNoPart()
    {
        var seen = new Watermark(Some);
        await using var server = await LoopbackServer.StartAsync(Answers.Cut(Content, Some, seen.Reached), Answers.Page());

        var exception = await Assert.ThrowsAsync<DownloadException>(() => _folder.DownloadAsync(server.Address, Weights, progress: seen));

        Assert.StartsWith($"{server.Address} answered with a web page in place of the file", exception.Message, StringComparison.Ordinal);
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal([Weights.FileName + ".part", Weights.FileName + ".part.etag"], _folder.Files);
    }

    [Fact]
    public async Task Download_FileThatIsNotThere_IsNotAskedForAgain()
    {
        await using var server = await LoopbackServer.StartAsync(Answers.Page(StatusCodes.Status404NotFound));

        var message = await _folder.FailsAsync(server.Address, Weights);

        Assert.Equal($"{server.Address} answered 404 (Not Found): the file is not there (any more); --mirror names another place", message);
        Assert.Single(server.Requests);
        Assert.True(_folder.IsGone);
    }

    [Theory]
    [InlineData(503, "0")]
    [InlineData(503, "Wed, 21 Oct 2015 07:28:00 GMT")]
    [InlineData(429, null)]
    [InlineData(500, null)]
    public async Task Download_ServerThatIsBusyFirst_IsAskedAgain(int status, string? retryAfter)
    {
        await using var server = await LoopbackServer.StartAsync(Answers.Status(status, retryAfter), Answers.Status(status), Answers.File(Content));

        await _folder.DownloadAsync(server.Address, Weights);

        AssertWhole();
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Download_NobodyThere_SaysSoAndLeavesNothing()
    {
        var message = await _folder.FailsAsync(new($"http://127.0.0.1:{LoopbackPort.Free()}/"), Weights);

        Assert.Contains("cannot be read: Connection refused", message, StringComparison.Ordinal);
        Assert.EndsWith("5 times in a row; nothing is kept", message, StringComparison.Ordinal);
        Assert.True(_folder.IsGone);
    }

    [Fact]
    public async Task Download_UnknownHost_IsNotTriedAgain()
    {
        var message = await _folder.FailsAsync(new("https://weights.invalid/tiny"), Weights, DownloadFolder.Quick with { FirstDelay = TimeSpan.FromHours(1), MaxDelay = TimeSpan.FromHours(1) });

        Assert.StartsWith("https://weights.invalid/tiny cannot be reached: ", message, StringComparison.Ordinal);
        Assert.True(_folder.IsGone);
    }

    [Fact]
    public async Task Download_OfTheSameFileTwiceAtOnce_IsRefused()
    {
        var seen = new Watermark(Some);
        await using var server = await LoopbackServer.StartAsync(Answers.Stall(Content, Some), Answers.File(Content));
        using var cancel = new CancellationTokenSource();
        var first = _folder.DownloadAsync(server.Address, Weights, progress: seen, token: cancel.Token);
        await seen.Reached;

        await Assert.ThrowsAsync<IOException>(() => _folder.DownloadAsync(server.Address, Weights));

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await _folder.DownloadAsync(server.Address, Weights);
        AssertWhole();
    }

    private void AssertWhole()
    {
        Assert.Equal([Weights.FileName], _folder.Files);
        Assert.Equal(Content, _folder.Read(Weights));
    }

    private sealed class Several(params Watermark[] watermarks) : IProgress<(long Bytes, long Total)>
    {
        public void Report((long Bytes, long Total) value) => Array.ForEach(watermarks, watermark => watermark.Report(value));
    }
}
