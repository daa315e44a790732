using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Experiments.Shortcuts;
using ResNetService.Modeling.Tests.Training;
using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Tests.Experiments;

[Collection(TrainingCollection.Name)]
public sealed class ShortcutsTests : IDisposable
{
    private readonly ExperimentFolder _folder = new();

    [Fact]
    public void Run_EveryShortcut_WritesErrorsPlotAndPage()
    {
        ShortcutsExperiment.Run(_folder.Run(), ExperimentFolder.Recipe);

        Assert.Equal(1 + 4, _folder.Lines("shortcuts.csv").Length);
        _folder.AssertPlots("shortcuts");
        var page = _folder.Read("shortcuts.md");
        Assert.Contains("By test error, best first: ", page);
        Assert.Contains("resnet20-cifar-b has ", page);
        Assert.Contains("with 2,752 more parameters.", page);
        Assert.Contains("| highway19-cifar | 2.26 | 330.83 | 0.001 |", page);
    }

    [Theory]
    [InlineData("resnet20-cifar", 0.1)]
    [InlineData("highway19-cifar", 0.01)]
    public void OptionsFor_NetworkWithoutBatchNorm_HaveATenthOfTheRate(string name, double rate) =>
        Assert.Equal(rate, ShortcutsExperiment.OptionsFor(Architecture.Find(name), TrainingOptions.PaperCifar).LearningRate, 12);

    [Theory]
    [InlineData(0.2, 0.1, "By test error, best first: resnet20-cifar-b (10.00 %), resnet20-cifar (20.00 %).", "resnet20-cifar-b has a test error 10.00 points lower than resnet20-cifar, with 2,752 more parameters.")]
    [InlineData(0.1, 0.2, "By test error, best first: resnet20-cifar (10.00 %), resnet20-cifar-b (20.00 %).", "resnet20-cifar-b has a test error 10.00 points higher than resnet20-cifar, with 2,752 more parameters.")]
    public void Findings_OfTwoShortcuts_FollowTheErrors(double a, double b, params string[] expected)
    {
        var findings = ShortcutsFindings.Of([ExperimentFolder.Trained("resnet20-cifar", 0, a), ExperimentFolder.Trained("resnet20-cifar-b", 0, b)]);
        Assert.Equal(expected, findings.Take(2));
    }

    public void Dispose() => _folder.Dispose();
}
