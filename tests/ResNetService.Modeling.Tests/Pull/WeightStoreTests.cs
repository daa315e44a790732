using ResNetService.Modeling.Pull;

namespace ResNetService.Modeling.Tests.Pull;

public sealed class WeightStoreTests : IDisposable
{
    private static readonly PublishedWeights Weights = DownloadFolder.Weights(DownloadFolder.Content);

    private readonly DownloadFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Holds_FileAsPublished_IsTrue()
    {
        Directory.CreateDirectory(_folder.Path);
        await File.WriteAllBytesAsync(_folder.Store().PathOf(Weights), DownloadFolder.Content, Token);

        Assert.True(await _folder.Store().HoldsAsync(Weights, Token));
    }

    [Fact]
    public async Task Holds_FileThatWasDamagedSince_IsFalseAndItGoes()
    {
        Directory.CreateDirectory(_folder.Path);
        await File.WriteAllBytesAsync(_folder.Store().PathOf(Weights), DownloadFolder.OtherContent, Token);

        Assert.False(await _folder.Store().HoldsAsync(Weights, Token));
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public async Task Remove_TheOnlyFile_TakesTheFoldersAlong()
    {
        await using var server = await LoopbackServer.StartAsync(Answers.File(DownloadFolder.Content));
        var store = _folder.Store();
        await store.DownloadAsync(Weights, server.Address, RedirectingClient.CreateHandler(), progress: null, Token);

        store.Remove(Weights);

        Assert.True(_folder.IsGone);
    }

    [Theory]
    [InlineData(1, null, 1)]
    [InlineData(3, null, 4)]
    [InlineData(1, 7, 7)]
    [InlineData(4, 7, 8)]
    [InlineData(9, null, 60)]
    [InlineData(1, 86400, 60)]
    [InlineData(1, -5, 1)]
    public void DelayAfter_AttemptsAndRetryAfter_IsTheLongerUpToAMinute(int attempts, int? asked, int seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds),
        new DownloadPolicy().DelayAfter(attempts, asked is { } s ? TimeSpan.FromSeconds(s) : null));
}
