using ResNetService.Modeling.Experiments;
using ResNetService.Modeling.Experiments.Degradation;
using ResNetService.Modeling.Tests.Training;

namespace ResNetService.Modeling.Tests.Experiments;

[Collection(TrainingCollection.Name)]
public sealed class DegradationTests : IDisposable
{
    private readonly ExperimentFolder _folder = new();

    [Fact]
    public void Run_TwoFamilies_WritesErrorsPlotAndPage()
    {
        DegradationExperiment.Run(_folder.Run("plain20-cifar", "plain32-cifar", "resnet20-cifar"), ExperimentFolder.Recipe with { Options = ExperimentFolder.Recipe.Options with { Epochs = 2 } });

        var lines = _folder.Lines("degradation.csv");
        Assert.Equal("network,layers,epoch,train_error,test_error,seconds", lines[0]);
        Assert.Equal(1 + (3 * 2), lines.Length);
        Assert.StartsWith("plain32-cifar,32,2,", lines[4]);
        _folder.AssertPlots("degradation");
        var page = _folder.Read("degradation.md");
        Assert.Contains("plain, 20 to 32 layers: training error ", page);
        Assert.Contains("At 20 layers resnet20-cifar has ", page);
        Assert.Contains("| training images | 18 |", page);
        Assert.Contains("| --epochs | 2 |", page);
        Assert.Contains("```sh\nresnet experiment\n```", page);
    }

    [Theory]
    [InlineData(0.2, 0.3, 0.3, 0.4, "training error 20.00 % to 30.00 % (up 10.00 points), test error 30.00 % to 40.00 % (up 10.00 points); the deeper network is the worse one in training as well as in testing, which is the degradation")]
    [InlineData(0.2, 0.3, 0.3, 0.2, "has the higher training error, but not the higher test error")]
    [InlineData(0.2, 0.1, 0.3, 0.4, "has the higher test error, but not the higher training error")]
    [InlineData(0.2, 0.1, 0.3, 0.2, "training error 20.00 % to 10.00 % (down 10.00 points)")]
    [InlineData(0.2, 0.2, 0.3, 0.3, "the deeper network is worse in neither: no degradation")]
    public void Findings_OfTwoDepths_FollowTheErrors(double shallowTrain, double deepTrain, double shallowTest, double deepTest, string expected)
    {
        var findings = DegradationFindings.Of([ExperimentFolder.Trained("plain56-cifar", deepTrain, deepTest), ExperimentFolder.Trained("plain20-cifar", shallowTrain, shallowTest)]);

        Assert.Contains(expected, findings[0]);
        Assert.StartsWith("plain, 20 to 56 layers: ", findings[0]);
    }

    [Theory]
    [InlineData(0.30, 0.25, "At 56 layers resnet56-cifar has a test error 5.00 points lower than plain56-cifar.")]
    [InlineData(0.25, 0.30, "At 56 layers resnet56-cifar has a test error 5.00 points higher than plain56-cifar.")]
    [InlineData(0.25, 0.25, "At 56 layers resnet56-cifar has the same test error as plain56-cifar.")]
    public void Findings_OfTwoFamilies_FollowTheErrors(double plain, double residual, string expected) =>
        Assert.Contains(expected, DegradationFindings.Of([ExperimentFolder.Trained("plain56-cifar", 0, plain), ExperimentFolder.Trained("resnet56-cifar", 0, residual)]));

    [Fact]
    public void Findings_OfTwoFamiliesAtTwoDepths_SayWhatDepthCostsEach()
    {
        var findings = DegradationFindings.Of([
            ExperimentFolder.Trained("plain20-cifar", 0, 0.2), ExperimentFolder.Trained("plain56-cifar", 0, 0.5),
            ExperimentFolder.Trained("resnet20-cifar", 0, 0.2), ExperimentFolder.Trained("resnet56-cifar", 0, 0.15)]);

        Assert.Contains("The way from 20 to 56 layers costs 30.00 points of test error with plain and saves 5.00 points of test error with resnet.", findings);
    }

    [Fact]
    public void Findings_TrainingFailed_SaysSoAndComparesNothingWithIt()
    {
        var findings = DegradationFindings.Of([ExperimentFolder.Trained("plain20-cifar", 0.1, 0.1), ExperimentFolder.Trained("plain56-cifar", 0.5, 0.5, "the loss is NaN")]);

        Assert.Equal("plain56-cifar was not trained to its end: the loss is NaN", findings[0]);
        Assert.DoesNotContain(findings, f => f.StartsWith("plain, ", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_UnknownAndUnfitNetworks_NamesThemBoth()
    {
        var message = Assert.Throws<ExperimentException>(() => DegradationExperiment.Run(_folder.Run("resnet19", "resnet50", "plain20-cifar"), ExperimentFolder.Recipe)).Message;

        Assert.StartsWith("--network names 'resnet19', 'resnet50'; an experiment takes a network for images of 32x32 pixels: ", message);
        Assert.False(Directory.Exists(_folder.Output));
    }

    public void Dispose() => _folder.Dispose();
}
