using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ResNetService.Imaging;
using ResNetService.Inference.Batching;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Models;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Benchmarking;

namespace ResNetService.Modeling.Commands;

/// <summary><c>resnet benchmark</c>: how fast a model is on this machine, by its graph alone and by the whole pipeline.</summary>
internal static class BenchmarkCommand
{
    private const int MostImagesOfARun = 1024;
    private const int MostThreads = 1024;
    private const int MostDevices = 64;
    private const double ShortestSeconds = 0.01;
    private const double LongestSeconds = 600;

    private static readonly Dictionary<string, ProviderChoice> Providers = new()
    {
        ["auto"] = ProviderChoice.Auto,
        ["cpu"] = ProviderChoice.Cpu,
        ["cuda"] = ProviderChoice.Cuda,
    };

    public static Command Create()
    {
        var model = new Argument<string>("MODEL_DIR") { Description = "models/<name>/<version>" };
        var provider = new Option<ProviderChoice>("--provider")
        {
            Description = "cuda: the GPU or an error. auto (default): the GPU where it can be had, else the CPU.",
            HelpName = string.Join('|', Providers.Keys),
            CustomParser = ParseProvider,
        };
        var batches = new Option<int[]>("--batch") { Description = "Images in a run; several with commas. 1,8 unless said otherwise.", HelpName = "N,...", CustomParser = ParseBatches };
        var threads = new Option<int?>("--threads") { Description = "Threads of a run on the CPU; unless said otherwise the cores divided by the runs.", HelpName = "N", CustomParser = result => Numbers.Whole(result, 1, MostThreads) };
        var runners = new Option<int?>("--runners") { Description = "Runs at once; unless said otherwise as many as the service has under load: one a core, or 2 on a GPU. 1 for the time of a run that has all cores.", HelpName = "N", CustomParser = result => Numbers.Whole(result, 1, BatchingOptions.MostRunners) };
        var seconds = new Option<double?>("--seconds") { Description = "How long each line of the table is measured; 5 unless said otherwise.", HelpName = "S", CustomParser = result => Numbers.Decimal(result, ShortestSeconds, LongestSeconds) };
        var images = new Option<string?>("--images") { Description = $"A folder of images, of which the first {BenchmarkImages.Most} are taken; photographs in this program unless said otherwise.", HelpName = "FOLDER" };
        var device = new Option<int?>("--device") { Description = "Which GPU, from 0.", HelpName = "N", CustomParser = result => Numbers.Whole(result, 0, MostDevices) };
        var library = new Option<string?>("--cuda-library") { Description = "ONNX Runtime's CUDA provider library, where this build does not bring it.", HelpName = "FILE" };
        var graphs = new Option<bool>("--cuda-graphs") { Description = "Capture runs on the GPU as CUDA graphs." };
        var json = new Option<bool>("--json") { Description = "The report as a JSON object." };
        var command = new Command("benchmark", "Measures throughput and latency of a model on this machine, for the graph alone and from image files to classes.")
        {
            model, provider, batches, threads, runners, seconds, images, device, library, graphs, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(graphs) is not null && result.GetResult(provider)?.Tokens is [{ Value: "cpu" }])
                result.AddError("--cuda-graphs needs a GPU, and --provider is cpu");
        });
        command.SetAction((parsed, token) => RunAsync(
            parsed.InvocationConfiguration.Output,
            new(
                parsed.GetRequiredValue(model),
                new ExecutionOptions
                {
                    Provider = parsed.GetValue(provider),
                    IntraOpThreads = parsed.GetValue(threads) ?? 0,
                    DeviceId = parsed.GetValue(device) ?? 0,
                    CudaLibrary = parsed.GetValue(library),
                    CudaGraphs = parsed.GetValue(graphs),
                },
                parsed.GetValue(batches) is { Length: > 0 } sizes ? sizes : [1, 8],
                parsed.GetValue(runners),
                TimeSpan.FromSeconds(parsed.GetValue(seconds) ?? 5),
                parsed.GetValue(images) is { } folder ? BenchmarkImages.Read(folder) : BenchmarkImages.Embedded),
            parsed.GetValue(json),
            token));
        return command;
    }

    private static ProviderChoice ParseProvider(ArgumentResult result)
    {
        var name = result.Tokens[0].Value;
        if (!Providers.TryGetValue(name, out var provider))
            result.AddError($"--provider is '{name}'; it must be {string.Join(", ", Providers.Keys)}");
        return provider;
    }

    private static int[] ParseBatches(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var sizes = text.Split(',').Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 0).ToArray();
        if (sizes.Any(size => size is < 1 or > MostImagesOfARun))
            result.AddError($"--batch is '{text}'; it must be whole numbers from 1 to {MostImagesOfARun}, with commas between them");
        return [.. sizes.Distinct()];
    }

    private static async Task<int> RunAsync(TextWriter output, BenchmarkPlan plan, bool json, CancellationToken cancellationToken)
    {
        try
        {
            var report = await ProgressDisplay.RunAsync($"benchmarking {plan.Directory}", plan.Measurements, progress => MeasureAsync(plan, progress, cancellationToken));
            if (json)
            {
                output.WriteLine(report.ToJson());
            }
            else
            {
                foreach (var line in report.Text())
                    output.WriteLine(line);
            }

            return ExitCode.Success;
        }
        catch (Exception e) when (e is ExecutionException or ImageException)
        {
            throw new CommandException(e.Message, e);
        }
    }

    /// <summary>One after the other: whatever is measured has the machine to itself.</summary>
    private static async Task<BenchmarkReport> MeasureAsync(BenchmarkPlan plan, IProgress<int> progress, CancellationToken cancellationToken)
    {
        var pipeline = new List<Measurement>();
        ServedModel? model = null;
        foreach (var batch in plan.Batches)
        {
            (var measured, model) = await PipelineBenchmark.RunAsync(plan, batch, cancellationToken);
            pipeline.Add(measured);
            progress.Report(pipeline.Count);
        }

        var (manifest, execution, runners) = (model!.Manifest, model.Execution, model.Runners);
        var graph = new List<Measurement>();
        using var session = ExecutionBackend.With(plan.Execution).Load(Path.Combine(plan.Directory, ModelManifest.GraphFileName), manifest.Precision);
        foreach (var batch in plan.Batches)
        {
            graph.Add(await GraphBenchmark.RunAsync(plan, manifest, session, runners, batch, cancellationToken));
            progress.Report(pipeline.Count + graph.Count);
        }

        return new(
            plan.Directory,
            manifest.Architecture,
            manifest.Precision.ToString().ToLowerInvariant(),
            session.Provider,
            session.Device,
            execution.InstructionSet,
            plan.Execution.ThreadsOn(session.Provider, runners),
            runners,
            plan.Duration.TotalSeconds,
            plan.Images.Images.Count,
            plan.Images.Source,
            [.. graph, .. pipeline]);
    }
}
