using ResNetService.Fuzz.Campaigns;

namespace ResNetService.Fuzz.Tests.Campaigns;

public sealed class CampaignTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("resnet-fuzz-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Run_TargetThatThrows_SavesTheShortestInputThatShowsIt()
    {
        using var target = new PlantedTarget(text => text.Contains("fault", StringComparison.Ordinal) ? throw new InvalidOperationException("planted") : "right");

        var report = Run(target, seed: 1, runs: 2000);

        var finding = Assert.Single(report.Findings);
        Assert.StartsWith("InvalidOperationException", finding, StringComparison.Ordinal);
        Assert.Equal("fault", File.ReadAllText(Assert.Single(_folder.GetFiles("*.bin")).FullName));
        Assert.Contains("seed 1", File.ReadAllText(Assert.Single(_folder.GetFiles("*.txt")).FullName), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_TargetThatAllocatesTooMuch_IsAFinding()
    {
        using var target = new PlantedTarget(text => text.Contains('=', StringComparison.Ordinal) ? $"{new byte[3_000_000].Length}" : "right");

        Assert.StartsWith("allocation", Assert.Single(Run(target, seed: 1, runs: 2000).Findings), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OutcomeThatIsNew_IsBuiltUpon()
    {
        // Nobody guesses eight of them at once.
        using var target = new PlantedTarget(text => Math.Min(8, text.Count(c => c == '=')) is 8 ? throw new InvalidOperationException("planted") : $"{text.Count(c => c == '=')}");

        Assert.Single(Run(target, seed: 1, runs: 20_000).Findings);
    }

    [Fact]
    public void Run_WithTheSameSeed_FeedsTheSameInputs()
    {
        using PlantedTarget once = new(_ => "right"), again = new(_ => "right"), other = new(_ => "right");

        Run(once, seed: 5, runs: 300);
        Run(again, seed: 5, runs: 300);
        Run(other, seed: 6, runs: 300);

        Assert.Equal(once.Inputs, again.Inputs);
        Assert.NotEqual(once.Inputs, other.Inputs);
        Assert.All(once.Inputs, input => Assert.InRange(input.Length, 0, 200));
    }

    private CampaignReport Run(PlantedTarget target, int seed, long runs) =>
        new Campaign(target, seed, _folder.FullName, TimeProvider.System).Run(TimeSpan.FromMinutes(1), runs, []);
}
