using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Experiments;
using ResNetService.Modeling.Tests.Training;
using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Tests.Experiments;

/// <summary>A folder with a small data set, and an experiment's surroundings in it. Remembers what the experiment said and did.</summary>
internal sealed class ExperimentFolder : IExperimentProgress, IDisposable
{
    /// <summary>Two steps.</summary>
    public static readonly TrainingRecipe Recipe = new(18, 9, TrainingOptions.PaperCifar with { Iterations = null, Epochs = 1, BatchSize = 8, LearningRate = 0.01 });

    private readonly TemporaryFolder _folder = new();

    public ExperimentFolder()
    {
        SyntheticImages.WriteFolder(_folder, "data/train", imagesPerClass: 8, seed: 1);
        SyntheticImages.WriteFolder(_folder, "data/test", imagesPerClass: 4, seed: 2);
    }

    public List<string> Said { get; } = [];

    /// <summary>Titles of the work that was begun.</summary>
    public List<string> Begun { get; } = [];

    public string Data => Path.Combine(_folder.Path, "data");

    public string Output => Path.Combine(_folder.Path, "output");

    public ExperimentRun Run(params string[] networks) => new(
        new ExperimentOptions { Data = Data, Output = Output, Runs = Path.Combine(_folder.Path, "runs"), Networks = networks, Command = "resnet experiment" },
        this,
        TimeProvider.System,
        TestContext.Current.CancellationToken);

    public string Read(string file) => File.ReadAllText(Path.Combine(Output, file));

    public string[] Lines(string file) => File.ReadAllLines(Path.Combine(Output, file));

    /// <summary>Each plot is there as a vector and as a raster image, and nothing is half-written.</summary>
    public void AssertPlots(params string[] names)
    {
        foreach (var name in names)
        {
            Assert.Contains("<svg", Read(name + ".svg"), StringComparison.Ordinal);
            Assert.Equal("PNG", System.Text.Encoding.ASCII.GetString(File.ReadAllBytes(Path.Combine(Output, name + ".png")), 1, 3));
        }

        Assert.DoesNotContain(Directory.GetFiles(Output), file => file.EndsWith(".part", StringComparison.Ordinal));
    }

    /// <summary>A training with these errors, for findings.</summary>
    public static NetworkTraining Trained(string name, double trainError, double testError, string? failure = null) => new(
        Architecture.Find(name), new TrainingOutput("nowhere"), new Dictionary<string, string>(), [new(1, 0.9, 0.9, 60), new(2, trainError, testError, 60)], failure);

    public T Show<T>(string title, int total, Func<IProgress<int>, T> work)
    {
        Begun.Add(title);
        return work(new Ignored());
    }

    public void Say(string line) => Said.Add(line);

    public void Dispose() => _folder.Dispose();

    private sealed class Ignored : IProgress<int>
    {
        public void Report(int value)
        {
        }
    }
}
