using ResNetService.Inference.Errors;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Tests.Models;

/// <summary>Models that come, change and go while others are asked for them.</summary>
public sealed class ModelRepositoryTests : IAsyncDisposable
{
    private readonly RepositoryFixture _fixture = new();

    private TinyModelRepository Files => _fixture.Files;

    private ModelRepository Repository => _fixture.Repository;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task NewVersion_TakesThePlaceOfTheOld_WhichAnswersWhatItHolds()
    {
        Files.Add("a", "1");
        await _fixture.OpenAsync();
        var old = _fixture.Instance("a");
        var lease = await Repository.LoadOnRequestAsync("a", Token);

        Files.Add("a", "2");
        await _fixture.LookAsync();
        using (lease)
        {
            Assert.Equal("a:2", _fixture.Served);
            Assert.False(old.TryHold());
            Assert.Single(await old.Batcher.RunAsync([new(TinyImage.Png(8, 8, 1, 2, 3))], null, null, Token));
        }

        await old.RetireAsync();
        await Assert.ThrowsAsync<ServiceException>(() => old.Batcher.RunAsync([new(TinyImage.Png(8, 8, 1, 2, 3))], null, null, Token));
        Assert.Equal(ModelState.Unloaded, _fixture.Entry("a:1").State);
        Assert.Contains("Models:Versions is latest", _fixture.Entry("a:1").Faults);
    }

    [Fact]
    public async Task NewVersion_ThatDoesNotLoad_LeavesTheOldServing()
    {
        Files.Add("a", "1");
        await _fixture.OpenAsync();
        var old = _fixture.Instance("a");

        Files.Add("a", "2", [1, 2, 3], TinyModelRepository.Manifest());
        await _fixture.LookAsync();

        Assert.Same(old, _fixture.Instance("a"));
        Assert.Equal((ModelState.Invalid, 1), (_fixture.Entry("a:2").State, _fixture.Entry("a:2").Faults.Count));
        Files.Add("a", "2");
        await _fixture.LookAsync();
        Assert.Equal("a:2", _fixture.Served);
    }

    [Fact]
    public async Task ChangedFiles_ThatDoNotLoad_LeaveWhatServes_AndSayWhy()
    {
        Files.Add("a", "1");
        await _fixture.OpenAsync();
        var old = _fixture.Instance("a");

        Files.Add("a", "1", [1, 2, 3, 4], TinyModelRepository.Manifest());
        await _fixture.LookAsync();

        Assert.Same(old, _fixture.Instance("a"));
        Assert.Equal((ModelState.Ready, 1), (_fixture.Entry("a:1").State, _fixture.Entry("a:1").Faults.Count));
        File.Delete(Path.Combine(Files.Path, "a", "1", "model.onnx"));
        await _fixture.LookAsync();
        Assert.Same(old, _fixture.Instance("a"));
        Assert.Contains("there is no such file", Assert.Single(_fixture.Entry("a:1").Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangedFiles_AreLoadedAnew_UnderAnotherDigest()
    {
        Files.Add("a", "1");
        await _fixture.OpenAsync();
        var old = _fixture.Instance("a");

        Files.AddWithFeatures("a", "1");
        await _fixture.LookAsync();

        Assert.NotEqual(old.Model.Digest, _fixture.Instance("a").Model.Digest);
        Assert.NotNull(_fixture.Instance("a").Model.Features);
        Assert.Empty(_fixture.Entry("a:1").Faults);
    }

    [Fact]
    public async Task FilesThatAreBeingWritten_AreNotLoaded()
    {
        Files.Add("a", "1");
        await _fixture.OpenAsync();

        Files.Add("b", "1");
        var settled = await Repository.RefreshAsync(Token);
        var first = _fixture.Entry("b:1");
        File.AppendAllText(Path.Combine(Files.Path, "b", "1", "manifest.json"), " ");
        var settledThen = await Repository.RefreshAsync(Token);

        Assert.Equal((false, false), (settled, settledThen));
        Assert.Equal((ModelState.Loading, null), (first.State, first.Instance));
        Assert.Equal("a:1", _fixture.Served);
        Assert.True(await Repository.RefreshAsync(Token));
        Assert.Equal("a:1 b:1", _fixture.Served);
    }

    /// <summary>A graph without a manifest is a bare graph, with labels and preprocessing that are assumed: not where the model has had better.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Graph_WhoseManifestIsYetToCome_DoesNotServe(bool fromTheStart)
    {
        Files.Add("a", "1");
        if (fromTheStart)
            Files.Add("a", "2", TinyOnnx.MeanColor(TinyModelRepository.Size), manifest: null);
        await _fixture.OpenAsync();
        Files.Add("a", "2", TinyOnnx.MeanColor(TinyModelRepository.Size), manifest: null);
        await _fixture.LookAsync();

        Assert.Equal("a:1", _fixture.Served);
        Assert.Contains("there is no manifest.json beside it", Assert.Single(_fixture.Entry("a:2").Faults), StringComparison.Ordinal);
        Files.Add("a", "2");
        await _fixture.LookAsync();
        Assert.Equal("a:2", _fixture.Served);
    }

    [Fact]
    public async Task RemovedManifest_ChangesNothing_AndItsFaultIsSaid()
    {
        Files.Add("a", "1");
        await _fixture.OpenAsync();
        var before = _fixture.Instance("a");

        File.Delete(Path.Combine(Files.Path, "a", "1", "manifest.json"));
        await _fixture.LookAsync();

        Assert.Same(before, _fixture.Instance("a"));
        Assert.Contains("there is no manifest.json beside it", Assert.Single(_fixture.Entry("a:1").Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FilesThatChangeWhileTheyAreLoaded_AreLoadedAgain()
    {
        await using var fixture = new RepositoryFixture(new MeddlingBackend(graph => File.SetLastWriteTimeUtc(graph, File.GetLastWriteTimeUtc(graph).AddSeconds(1))));
        fixture.Files.Add("a", "1").Add("b", "1");
        fixture.Options = new() { Default = "a" };
        await Assert.ThrowsAsync<ModelsException>(fixture.OpenAsync);

        Assert.All(fixture.Repository.Snapshot.Entries, entry => Assert.Equal(ModelState.Loading, entry.State));
    }

    [Fact]
    public async Task RemovedModel_Goes_AndTheDefaultStays()
    {
        Files.Add("a", "1").Add("b", "1").Add("c", "1");
        await _fixture.OpenAsync();

        Directory.Delete(Path.Combine(Files.Path, "b"), recursive: true);
        Directory.Delete(Path.Combine(Files.Path, "a"), recursive: true);
        await _fixture.LookAsync();

        Assert.Equal("a:1 c:1", _fixture.Served);
        Assert.Contains("is gone", _fixture.Entry("a:1").KeptBecause, StringComparison.Ordinal);
        Assert.Null(Repository.Snapshot.Find("b"));
    }

    [Fact]
    public async Task EmptyFolder_AsOfAVolumeThatIsAway_TakesNothing()
    {
        Files.Add("a", "1").Add("b", "1");
        await _fixture.OpenAsync();

        Directory.Move(Files.Path, Files.Path + ".away");
        await _fixture.LookAsync();
        var (without, fault) = (_fixture.Served, Repository.Fault);
        Directory.CreateDirectory(Files.Path);
        await _fixture.LookAsync();
        var empty = _fixture.Served;
        Directory.Delete(Files.Path);
        Directory.Move(Files.Path + ".away", Files.Path);

        Assert.Equal(("a:1 b:1", "a:1 b:1"), (without, empty));
        Assert.Contains(Files.Path, fault, StringComparison.Ordinal);
        Assert.Contains("is empty", Repository.Fault, StringComparison.Ordinal);
        await _fixture.LookAsync();
        Assert.Null(Repository.Fault);
    }

    [Theory]
    [InlineData("latest", "a:4")]
    [InlineData("latest:2", "a:3 a:4")]
    [InlineData("1,3", "a:1 a:3")]
    [InlineData("all", "a:1 a:3 a:4")]
    public async Task Versions_SayWhichServe_OfThoseThatLoad(string versions, string served)
    {
        Files.Add("a", "1").Add("a", "2", [1], TinyModelRepository.Manifest()).Add("a", "3").Add("a", "4");
        _fixture.Options = new() { VersionsOf = { ["a"] = versions } };

        await _fixture.OpenAsync();

        Assert.Equal(served, _fixture.Served);
    }

    [Fact]
    public async Task Versions_Changed_BringTheChosenBeforeTheOthersGo()
    {
        Files.Add("a", "1").Add("a", "2").Add("a", "3", [1], TinyModelRepository.Manifest());
        await _fixture.OpenAsync();
        Assert.Equal("a:2", _fixture.Served);

        _fixture.Options = new() { Versions = "1" };
        await _fixture.LookAsync();
        Assert.Equal("a:1", _fixture.Served);
        _fixture.Options = new() { Versions = "3" };
        await _fixture.LookAsync();

        Assert.Equal("a:1", _fixture.Served);
        Assert.Contains("serves on", _fixture.Entry("a:1").KeptBecause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alias_FollowsItsTarget_AndKeepsItsVersion()
    {
        Files.Add("a", "1").Add("a", "2").Add("b", "1");
        _fixture.Options = new() { Aliases = { ["stable"] = "a:1", ["b"] = "a:2" } };
        await _fixture.OpenAsync();
        var before = Repository.Snapshot;

        _fixture.Options = new() { Aliases = { ["stable"] = "a:2", ["newest"] = "a" } };
        await _fixture.LookAsync();
        var after = Repository.Snapshot;

        Assert.Equal(("a:1", "b:1"), (before.Find("stable")!.Candidate.Reference, before.Find("b")!.Candidate.Reference));
        Assert.Equal(["stable"], before.Statuses[0].Aliases);
        Assert.Equal(("a:2", "a:2"), (after.Find("stable")!.Candidate.Reference, after.Find("newest")!.Candidate.Reference));
        Assert.Equal("a:2 b:1", _fixture.Served);
    }

    /// <summary>What it is to stand for is loaded first; what does not load is not stood for.</summary>
    [Fact]
    public async Task Alias_OfWhatIsNotLoadedYet_StandsForTheOldUntilItIs()
    {
        Files.Add("a", "1").Add("a", "2").Add("a", "3").Add("a", "4", [1], TinyModelRepository.Manifest());
        _fixture.Options = new() { Aliases = { ["stable"] = "a:1" } };
        await _fixture.OpenAsync();

        _fixture.Options = new() { Aliases = { ["stable"] = "a:4" } };
        await _fixture.LookAsync();
        Assert.Equal("a:1", Repository.Snapshot.Find("stable")?.Candidate.Reference);
        _fixture.Options = new() { Aliases = { ["stable"] = "a:2" } };
        await _fixture.LookAsync();

        Assert.Equal("a:2", Repository.Snapshot.Find("stable")?.Candidate.Reference);
        await _fixture.LookAsync();
        Assert.Equal("a:2 a:3", _fixture.Served);
    }

    [Fact]
    public async Task Default_Changed_HoldsOnlyWhereItServes()
    {
        Files.Add("a", "1").Add("b", "1");
        await _fixture.OpenAsync();

        _fixture.Options = new() { Default = "absent" };
        await _fixture.LookAsync();
        var kept = Repository.Snapshot.Default!.Candidate.Reference;
        _fixture.Options = new() { Default = "b" };
        await _fixture.LookAsync();

        Assert.Equal(("a:1", "b:1"), (kept, Repository.Snapshot.Default!.Candidate.Reference));
    }

    [Fact]
    public async Task Unload_EndsAllVersions_UntilTheyAreLoadedAgain()
    {
        Files.Add("a", "1").Add("b", "1").Add("b", "2");
        _fixture.Options = new() { Versions = "all" };
        await _fixture.OpenAsync();

        await Repository.UnloadAsync("b", Token);
        var unloaded = _fixture.Served;
        await _fixture.LookAsync();
        var still = _fixture.Served;
        await Repository.LoadAsync("b", Token);

        Assert.Equal(("a:1", "a:1", "a:1 b:1 b:2"), (unloaded, still, _fixture.Served));
    }

    [Fact]
    public async Task Load_LoadsWhatIsNew_AndSaysWhatIsWrongWithIt()
    {
        Files.Add("a", "1");
        await _fixture.OpenAsync();

        Files.Add("b", "1");
        await Repository.LoadAsync("b", Token);
        var loaded = _fixture.Served;
        Files.Add("b", "2", [1], TinyModelRepository.Manifest());
        var error = (await Assert.ThrowsAsync<ServiceException>(() => Repository.LoadAsync("b", Token))).Error;

        Assert.Equal("a:1 b:1", loaded);
        Assert.Equal(ErrorCode.InvalidRequest, error.Code);
        Assert.Contains("model.onnx", error.Detail, StringComparison.Ordinal);
        Assert.Equal("a:1 b:1", _fixture.Served);
    }

    [Fact]
    public async Task Unload_OfTheDefault_IsRefused()
    {
        Files.Add("a", "1");
        await _fixture.OpenAsync();

        Assert.Equal(ErrorCode.InvalidRequest, (await Assert.ThrowsAsync<ServiceException>(() => Repository.UnloadAsync("a", Token))).Error.Code);
        Assert.Equal(ErrorCode.UnknownModel, (await Assert.ThrowsAsync<ServiceException>(() => Repository.UnloadAsync("b", Token))).Error.Code);
        Assert.Equal(ErrorCode.UnknownModel, (await Assert.ThrowsAsync<ServiceException>(() => Repository.LoadAsync("../a", Token))).Error.Code);
    }

    /// <summary>What a copy leaves behind that was cut off.</summary>
    [Fact]
    public async Task TruncatedGraph_OfAnyLength_IsNotServed()
    {
        var graph = TinyOnnx.PooledClassifier(TinyModelRepository.Size, TinyModelRepository.Weights, TinyModelRepository.Bias, ClassifierForm.Gemm);
        Files.Add("whole", "1");
        for (var length = 0; length < graph.Length; length++)
            Files.Add($"cut-{length}", "1", graph[..length], TinyModelRepository.Manifest(features: "features"));

        _fixture.Options = new() { Default = "whole" };
        await _fixture.OpenAsync();

        Assert.Equal("whole:1", _fixture.Served);
    }

    [Fact]
    public async Task Ended_LoadsNothingMore()
    {
        Files.Add("a", "1");
        await _fixture.OpenAsync();

        await Repository.DisposeAsync();

        Assert.Equal(ErrorCode.NotReady, (await Assert.ThrowsAsync<ServiceException>(() => Repository.RefreshAsync(Token))).Error.Code);
        Assert.Empty(Repository.Snapshot.Entries);
    }
}
