using System.Globalization;
using System.Text.Json;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Processes;
using ResNetService.ModelFormat;

namespace ResNetService.Benchmarks.Servers;

/// <summary>The programs that a user would run instead, in the folder <c>Peers</c>, prepared for one model.</summary>
/// <param name="Programs">Those that can be started here.</param>
/// <param name="Absent">The others, each with the reason.</param>
internal sealed record Peers(IReadOnlyList<ServerProgram> Programs, IReadOnlyList<string> Absent)
{
    public const string Node = "node";
    public const string FastApi = "fastapi";

    private static readonly TimeSpan LongestInstallation = TimeSpan.FromMinutes(5);

    private static string Sources { get; } = Path.Combine(AppContext.BaseDirectory, "Peers");

    /// <summary>Where installed modules and derived graphs are kept from run to run.</summary>
    private static string Cache { get; } = Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "resnet-benchmarks");

    /// <param name="names">Of <see cref="Node"/> and <see cref="FastApi"/>.</param>
    /// <param name="weights">The state dict that <see cref="FastApi"/> loads; null where there is none.</param>
    /// <param name="python">The interpreter that has the packages.</param>
    public static async Task<Peers> PrepareAsync(BenchmarkModel model, IEnumerable<string> names, string? weights, string python, CancellationToken cancellationToken)
    {
        var (programs, absent) = (new List<ServerProgram>(), new List<string>());
        foreach (var name in names)
        {
            try
            {
                if (model.Manifest.Preprocessing is not { InputSize: 224, Resize: 256, Interpolation: Interpolation.Bilinear })
                    throw new BenchmarkException($"it preprocesses as torchvision's ImageNet networks want it, and {model.Manifest.Architecture} wants otherwise");
                programs.Add(name == Node
                    ? await PrepareNodeAsync(model, cancellationToken)
                    : await PrepareFastApiAsync(model, weights, python, cancellationToken));
            }
            catch (BenchmarkException e)
            {
                absent.Add($"{name} {model.Precision} is left out: {e.Message}");
            }
        }

        return new(programs, absent);
    }

    private static async Task<ServerProgram> PrepareNodeAsync(BenchmarkModel model, CancellationToken cancellationToken)
    {
        var (node, npm) = (Tools.Require("node"), Tools.Require("npm"));
        var folder = Directory.CreateDirectory(Path.Combine(Cache, "node")).FullName;
        var package = File.ReadAllText(Path.Combine(Sources, Node, "package.json"));
        var installed = Path.Combine(folder, "package.json");
        if (!File.Exists(installed) || File.ReadAllText(installed) != package || !Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            await Console.Error.WriteLineAsync($"installing the Node peer's modules into {folder}");
            File.WriteAllText(installed, package);
            await ChildProcess.RunAsync([npm, "install", "--ignore-scripts", "--no-audit", "--no-fund"], LongestInstallation, cancellationToken, directory: folder);
        }

        // Beside node_modules: that is where Node looks for a program's modules.
        File.Copy(Path.Combine(Sources, Node, "server.js"), Path.Combine(folder, "server.js"), overwrite: true);
        // An int8 graph has the normalisation in its weights: it is run as it is.
        var takesPixels = model.Manifest is { Precision: Precision.Int8, Graph.InputType: InputType.UInt8 };
        var graph = takesPixels ? model.Graph : Path.Combine(folder, $"{model.Manifest.Architecture}-{model.Precision}.onnx");
        if (!takesPixels)
            NormalizedInputGraph.Write(model, graph);
        var labels = WriteLabels(model, folder);
        return new(
            $"{Node} {model.Precision}",
            port => [node, Path.Combine(folder, "server.js"), graph, labels, Text(port), Text(Machine.Cores), takesPixels ? "pixels" : "values"])
        {
            Environment = new Dictionary<string, string> { ["UV_THREADPOOL_SIZE"] = Text(Machine.Cores) },
        };
    }

    private static async Task<ServerProgram> PrepareFastApiAsync(BenchmarkModel model, string? weights, string python, CancellationToken cancellationToken)
    {
        if (model.Manifest.Precision != Precision.Fp32)
            throw new BenchmarkException($"it runs float32 networks only, and {model.Directory} is {model.Precision}");
        if (weights is null || !File.Exists(weights))
            throw new BenchmarkException(weights is null ? "it loads a state dict, which --weights names" : $"there is no file {weights}, which --weights names");
        await PythonModules.RequireAsync(python, ["torch", "torchvision", "PIL", "fastapi", "uvicorn"], cancellationToken);
        var labels = WriteLabels(model, Directory.CreateDirectory(Path.Combine(Cache, FastApi)).FullName);
        return new(
            $"{FastApi} {model.Precision}",
            port => [python, Path.Combine(Sources, FastApi, "server.py"), model.Manifest.Architecture, Path.GetFullPath(weights), labels, Text(port), Text(Machine.Cores)])
        {
            // What OpenMP is told for the sake of others would slow the peer down.
            Environment = new Dictionary<string, string> { ["OMP_NUM_THREADS"] = Text(Machine.Cores) },
        };
    }

    /// <summary>In the form of torchvision's class index file.</summary>
    private static string WriteLabels(BenchmarkModel model, string folder)
    {
        var path = Path.Combine(folder, "labels.json");
        File.WriteAllText(path, JsonSerializer.Serialize(model.Manifest.Labels.Index().ToDictionary(label => Text(label.Index), label => new[] { label.Item.Id ?? "", label.Item.Name })));
        return path;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
