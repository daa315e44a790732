using System.CommandLine;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Weights;
using ResNetService.Modeling.Weights.Import;

namespace ResNetService.Modeling.Commands;

/// <summary><c>resnet export</c>: a network, with weights from a file, as a model directory that the service serves.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var architecture = new Argument<string>("ARCH") { Description = "A network of 'resnet list'." };
        var weights = new Option<string?>("--weights") { Description = "A .safetensors, .pth or .th file; without it the network is untrained.", HelpName = "FILE" };
        var labels = new Option<string?>("--labels") { Description = "imagenet, cifar10, or a file; by default the classes that the network was published for.", HelpName = "NAME_OR_FILE" };
        var input = new Option<InputType>("--input") { Description = "uint8 (default): pixels [N,H,W,3], normalised in the graph. float32: normalised [N,3,H,W].", HelpName = "uint8|float32" };
        input.AcceptOnlyFromAmong("uint8", "float32");
        var source = new Option<string?>("--source") { Description = "Where the weights come from, for the manifest; by default the file's name.", HelpName = "TEXT" };
        var licence = new Option<string?>("--licence") { Description = "The weights' licence, for the manifest.", HelpName = "TEXT" };
        var output = new Option<string>("--output") { Description = "The directory to make: models/<name>/<version>.", Required = true, HelpName = "DIR" };
        var force = new Option<bool>("--force") { Description = "Replace the model that the output directory holds." };
        var command = new Command("export", "Writes a network as an ONNX model with its manifest, and checks one against the other.")
        {
            architecture, weights, labels, input, source, licence, output, force,
        };

        // On another thread: Ctrl-C is heeded only once the action has returned its task.
        command.SetAction((parsed, token) => Task.Run(
            () => Run(
                parsed.InvocationConfiguration.Output,
                ArchitectureArgument.Find(parsed.GetRequiredValue(architecture)),
                parsed.GetValue(weights),
                parsed.GetValue(labels),
                parsed.GetValue(input),
                new Provenance(parsed.GetValue(source) ?? "", parsed.GetValue(licence) ?? ""),
                parsed.GetRequiredValue(output),
                parsed.GetValue(force),
                token),
            CancellationToken.None));
        return command;
    }

    private static int Run(
        TextWriter console,
        Architecture architecture,
        string? weights,
        string? labels,
        InputType input,
        Provenance stated,
        string output,
        bool replace,
        CancellationToken cancellationToken)
    {
        var classes = FindLabels(labels, architecture);
        using var network = architecture.Build(classes.Count);
        network.eval();

        var (provenance, preprocessing) = weights is null
            ? (Untrained(console, stated), null)
            : Import(console, network, $"{architecture.Name} with {classes.Count} classes", weights, stated);
        var manifest = new ModelManifest
        {
            Architecture = architecture.Name,
            Precision = Precision.Fp32,
            Graph = new GraphSpec { InputType = input, Layout = input == InputType.UInt8 ? TensorLayout.Nhwc : TensorLayout.Nchw },
            Preprocessing = preprocessing ?? architecture.Preprocessing,
            Labels = classes,
            Provenance = provenance,
        };
        var agreement = ModelExporter.Export(network, manifest, output, replace, cancellationToken);
        console.WriteLine($"ONNX Runtime and TorchSharp agree: {agreement}");
        console.WriteLine($"{output}: {architecture.Name}, {classes.Count} classes");
        return ExitCode.Success;
    }

    private static Provenance Untrained(TextWriter console, Provenance stated)
    {
        console.WriteLine("no --weights: the network is untrained, its answers mean nothing");
        return new("untrained", Given(stated.Licence) ?? "none");
    }

    /// <returns>Where the weights come from, and the preprocessing that the file says it was trained with; null where it says nothing.</returns>
    private static (Provenance Provenance, PreprocessingSpec? Preprocessing) Import(TextWriter console, Network network, string description, string path, Provenance stated)
    {
        using var file = WeightFile.Open(path);
        try
        {
            foreach (var rule in WeightImport.Apply(file, new ModuleTarget(network)))
                console.WriteLine($"{Path.GetFileName(path)}: {rule}");
        }
        catch (WeightException e)
        {
            throw new CommandException($"{e.Message}{Environment.NewLine}the network is {description}; ARCH decides its layers, and --labels its classes", e);
        }

        return (new(Given(stated.Source) ?? Path.GetFileName(path), Given(stated.Licence) ?? "not stated", file.Sha256()), file.Preprocessing());
    }

    private static IReadOnlyList<Label> FindLabels(string? labels, Architecture architecture) => labels switch
    {
        null => architecture.Classes == LabelSets.Cifar10.Count ? LabelSets.Cifar10 : LabelSets.ImageNet,
        "imagenet" => LabelSets.ImageNet,
        "cifar10" => LabelSets.Cifar10,
        _ => LabelFile.Read(labels),
    };

    private static string? Given(string text) => text.Length == 0 ? null : text;
}
