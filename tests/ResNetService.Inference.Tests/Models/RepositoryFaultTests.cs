using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Tests.Models;

/// <summary>What is wrong with the repository or its options: said when it begins, gone when it is over, and no harm to the rest.</summary>
public sealed class RepositoryFaultTests : IAsyncDisposable
{
    private readonly FakeLogger<ModelRepository> _log = new();
    private readonly RepositoryFixture _fixture;

    public RepositoryFaultTests() => _fixture = new(log: _log);

    private TinyModelRepository Files => _fixture.Files;

    private ModelRepository Repository => _fixture.Repository;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task GoneDefault_ThatComesBack_HasNoFaultAnyMore()
    {
        Files.Add("a", "1").Add("b", "1");
        await _fixture.OpenAsync();
        var (here, away) = (Path.Combine(Files.Path, "a"), Path.Combine(Files.Path, "a.part"));

        Directory.Move(here, away);
        await _fixture.LookAsync();
        await _fixture.LookAsync();
        var gone = Faults("a:1");
        Directory.Move(away, here);
        await _fixture.LookAsync();

        Assert.Contains("is gone", Assert.Single(gone), StringComparison.Ordinal);
        Assert.Empty(Faults("a:1"));
        Assert.Single(_log.Collector.GetSnapshot(), record => record.Message.StartsWith("a:1 serves on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task FolderThatIsAway_IsSaidOnce_AndWhenItIsBack()
    {
        Files.Add("a", "1");
        await _fixture.OpenAsync();

        Directory.Move(Files.Path, Files.Path + ".away");
        await _fixture.LookAsync();
        await _fixture.LookAsync();
        var away = _log.Collector.GetSnapshot();
        Directory.Move(Files.Path + ".away", Files.Path);
        await _fixture.LookAsync();
        await _fixture.LookAsync();

        Assert.Single(away, record => record.Message.StartsWith("The models stay as they are", StringComparison.Ordinal));
        Assert.Single(_log.Collector.GetSnapshot(), record => record.Message == "The models follow their files again");
    }

    [Fact]
    public async Task VersionThatServesForWantOfTheChosen_HasNoFaultAnyMore_WhenItIsChosen()
    {
        Files.Add("a", "1");
        await _fixture.OpenAsync();

        _fixture.Options = new() { Versions = "3" };
        await _fixture.LookAsync();
        await _fixture.LookAsync();
        var kept = Faults("a:1");
        _fixture.Options = new() { Versions = "1" };
        await _fixture.LookAsync();

        Assert.Contains("no such version serves", Assert.Single(kept), StringComparison.Ordinal);
        Assert.Empty(Faults("a:1"));
        Assert.Single(_log.Collector.GetSnapshot(), record => record.Message.StartsWith("a:1 serves on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RemovedVersionOfTheDefault_Goes_WhereAnotherAnswers()
    {
        Files.Add("a", "1").Add("a", "2");
        await _fixture.OpenAsync();

        Directory.Delete(Path.Combine(Files.Path, "a", "2"), recursive: true);
        await _fixture.LookAsync();

        Assert.Equal("a:1", _fixture.Served);
        Assert.Equal("a:1", Repository.Snapshot.Default!.Candidate.Reference);
    }

    [Theory]
    [InlineData("b", "b:1", "a:1 a:2 b:1")]
    [InlineData("a:1", "a:1", "a:1 a:2 (b:1)")]
    [InlineData("stable", "a:1", "a:1 a:2 (b:1)")]
    public async Task Default_Changed_ToWhatIsNotLoaded_IsLoadedFirst(string named, string reference, string served)
    {
        Files.Add("a", "1").Add("a", "2").Add("b", "1");
        _fixture.Options = new() { LoadOnRequest = true };
        await _fixture.OpenAsync();
        Assert.Equal("a:2 (b:1)", _fixture.Served);

        _fixture.Options = new() { LoadOnRequest = true, Default = named, Aliases = { ["stable"] = "a:1" } };
        await _fixture.LookAsync();

        Assert.Equal((reference, served), (Repository.Snapshot.Default!.Candidate.Reference, _fixture.Served));
        Assert.NotNull(Repository.Snapshot.Default.Instance);
    }

    [Theory]
    [InlineData("prod")]
    [InlineData(null)]
    public async Task Default_ByAnAliasThatIsRemoved_IsTheModelForWhichThatStood(string? named)
    {
        Files.Add("a", "1").Add("b", "1");
        _fixture.Options = new() { Default = "prod", Aliases = { ["prod"] = "b" } };
        await _fixture.OpenAsync();

        _fixture.Options = new() { Default = named };
        await _fixture.LookAsync();
        await _fixture.LookAsync();

        Assert.Equal("b:1", Repository.Snapshot.Default?.Candidate.Reference);
        Assert.Null(Repository.Snapshot.Find("prod"));
    }

    [Fact]
    public async Task Default_ByAnAliasThatStandsForAnother_FollowsIt()
    {
        Files.Add("a", "1").Add("b", "1");
        _fixture.Options = new() { Default = "prod", Aliases = { ["prod"] = "b" } };
        await _fixture.OpenAsync();

        _fixture.Options = new() { Default = "prod", Aliases = { ["prod"] = "a" } };
        await _fixture.LookAsync();

        Assert.Equal("a:1", Repository.Snapshot.Default?.Candidate.Reference);
    }

    [Fact]
    public async Task Default_Changed_ToWhatIsNotThere_LeavesTheOtherOptionsInForce()
    {
        Files.Add("a", "1").Add("a", "2");
        await _fixture.OpenAsync();

        _fixture.Options = new() { Default = "absent", Aliases = { ["stable"] = "a:1" } };
        await _fixture.LookAsync();
        await _fixture.LookAsync();

        Assert.Equal("a:1", Repository.Snapshot.Find("stable")?.Candidate.Reference);
        Assert.Equal("a:2", Repository.Snapshot.Default!.Candidate.Reference);
        Assert.Contains("absent", Assert.Single(_log.Collector.GetSnapshot(), record => record.Level == LogLevel.Error).Message, StringComparison.Ordinal);
        Files.Add("absent", "1");
        await _fixture.LookAsync();
        Assert.Equal("absent:1", Repository.Snapshot.Default!.Candidate.Reference);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BrokenFirstModel_WithoutAConfiguredDefault_LeavesTheOthersServing(bool loadOnRequest)
    {
        Files.Add("a", "1", [1], TinyModelRepository.Manifest()).Add("a", "2", [1], TinyModelRepository.Manifest()).Add("b", "1");
        _fixture.Options = new() { LoadOnRequest = loadOnRequest };

        await _fixture.OpenAsync();

        Assert.Equal(("b:1", "b:1"), (_fixture.Served, Repository.Snapshot.Default!.Candidate.Reference));
    }

    [Fact]
    public async Task VersionWithABadName_IsAFault_BesideTheVersionThatServes()
    {
        Files.Add("a", "1").Add("a", "latest");
        await _fixture.OpenAsync();
        await _fixture.LookAsync();

        Assert.Equal("a:1", _fixture.Served);
        Assert.Equal(ModelState.Invalid, _fixture.Entry("a:latest").State);
        Assert.Contains("must be a number", Assert.Single(Faults("a:latest")), StringComparison.Ordinal);
        Assert.Single(_log.Collector.GetSnapshot(), record => record.Level == LogLevel.Error);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task FolderThatCannotBeRead_IsOneFault_AndTakesNothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "whoever runs this may read every folder, or rights are others");
        Files.Add("a", "1").Add("b", "1");
        await _fixture.OpenAsync();
        var folder = Path.Combine(Files.Path, "b");

        File.SetUnixFileMode(folder, UnixFileMode.None);
        try
        {
            Files.Add("c", "1");
            await _fixture.LookAsync();

            Assert.Equal("a:1 b:1 c:1", _fixture.Served);
            Assert.Contains("cannot be read", Assert.Single(Faults("b:")), StringComparison.Ordinal);
        }
        finally
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        await _fixture.LookAsync();
        Assert.Equal(["a", "b", "c"], Repository.Snapshot.Statuses.Select(status => status.Name));
    }

    private IReadOnlyList<string> Faults(string reference) =>
        Repository.Snapshot.Statuses.Single(status => $"{status.Name}:{status.Version}" == reference).Faults;
}
