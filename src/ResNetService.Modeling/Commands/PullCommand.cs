using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Pull;
using ResNetService.Modeling.Weights;

namespace ResNetService.Modeling.Commands;

/// <summary><c>resnet pull</c>: published weights, as a model directory that the service serves.</summary>
internal static class PullCommand
{
    private const int Whole = 100;

    private static readonly Argument<string?> Name = new("NAME")
    {
        Description = "Weights of the catalogue, or a network for the first of its weights; without it the catalogue is listed.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> List = new("--list") { Description = "List the catalogue." };

    private static readonly Option<string?> Output = new("--output") { Description = "The directory to make; by default models/NAME/1.", HelpName = "DIR" };

    private static readonly Option<bool> Force = new("--force") { Description = "Replace the model that the output directory holds." };

    private static readonly Option<Mirror?> From = new("--mirror")
    {
        Description = "Take the file from there: the path of the published address is appended. What comes is checked all the same.",
        HelpName = "URL",
        CustomParser = ReadMirror,
    };

    private static readonly Option<string?> Catalogue = new("--catalogue") { Description = "A catalogue of your own in place of the built-in one (docs/models.md).", HelpName = "FILE" };

    private static readonly Option<string?> Cache = new("--cache") { Description = "Where the download lies until the model is there; by default the user's cache.", HelpName = "DIR" };

    private static readonly Option<bool> Keep = new("--keep") { Description = "Keep the downloaded file for the next time." };

    public static Command Create()
    {
        var command = new Command("pull", "Downloads published weights, checks them, and makes a model of them. An interrupted download is gone on with.")
        {
            Name, List, Output, Force, From, Catalogue, Cache, Keep,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var catalogue = parsed.GetValue(Catalogue) is { } file ? WeightCatalogue.Read(file) : WeightCatalogue.BuiltIn;
        var console = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Name) is not { } name || parsed.GetValue(List))
        {
            CatalogueListing.Write(console, catalogue);
            return ExitCode.Success;
        }

        var weights = Find(catalogue, name);
        var output = parsed.GetValue(Output) ?? Path.Combine("models", name, "1");
        StagedDirectory.Require(output, parsed.GetValue(Force));

        var store = new WeightStore(parsed.GetValue(Cache) ?? WeightStore.DefaultFolder, new DownloadPolicy(), TimeProvider.System);
        var url = parsed.GetValue(From)?.Of(weights.Url) ?? weights.Url;
        var isKept = await store.HoldsAsync(weights, cancellationToken);
        if (!isKept)
            await DownloadAsync(store, weights, url, cancellationToken);
        console.WriteLine($"{store.PathOf(weights)}: as published, SHA-256 {weights.Sha256}");

        // On another thread: Ctrl-C is heeded only once the action has returned its task.
        await Task.Run(() => Export(console, store.PathOf(weights), weights, output, parsed.GetValue(Force), cancellationToken), CancellationToken.None);
        if (!isKept && !parsed.GetValue(Keep))
            store.Remove(weights);
        if (weights.Accuracy is { } accuracy)
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"published, not measured here: {100 * accuracy.Top1:0.###} % top-1, {100 * accuracy.Top5:0.###} % top-5 on {accuracy.Dataset} ({accuracy.Source})"));
        return ExitCode.Success;
    }

    private static PublishedWeights Find(WeightCatalogue catalogue, string name) => catalogue.Find(name) ?? throw new CommandException(
        $"the catalogue has no weights '{name}'{(catalogue.Nearest(name) is { } nearest ? $"; did you mean '{nearest}'?" : "")}; 'resnet pull --list' names those that it has");

    private static Task<int> DownloadAsync(WeightStore store, PublishedWeights weights, Uri url, CancellationToken cancellationToken) =>
        ProgressDisplay.RunAsync($"{weights.Name}, {(weights.Size is null ? "" : $"{weights.Size}, ")}percent", Whole, async display =>
        {
            var percent = new Percent(display);
            await store.DownloadAsync(weights, url, RedirectingClient.CreateHandler(), percent, cancellationToken);
            percent.Report((1, 1));
            return Whole;
        });

    private static void Export(TextWriter console, string path, PublishedWeights weights, string output, bool replace, CancellationToken cancellationToken)
    {
        using var file = WeightFile.Open(path);
        var provenance = new Provenance(weights.Url.AbsoluteUri, weights.Licence, file.Sha256());
        var features = weights.Architecture.Measure().PoolsGlobally;
        new ModelExport(weights.Architecture, weights.Labels, weights.Preprocessing, provenance, output) { Features = features, Replace = replace }.Run(console, file, cancellationToken);
    }

    private static Mirror? ReadMirror(ArgumentResult result)
    {
        var mirror = Mirror.Parse(result.Tokens[0].Value);
        if (mirror is null)
            result.AddError($"--mirror is '{result.Tokens[0].Value}'; it must be {Mirror.Form}");
        return mirror;
    }

    /// <summary>Passes on whole numbers, each once.</summary>
    private sealed class Percent(IProgress<int> display) : IProgress<(long Bytes, long Total)>
    {
        private int _shown = -1;

        public void Report((long Bytes, long Total) value)
        {
            var percent = (int)(Whole * value.Bytes / Math.Max(1, value.Total));
            if (percent == _shown)
                return;
            _shown = percent;
            display.Report(percent);
        }
    }
}
