using System.CommandLine;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Weights;

namespace ResNetService.Modeling.Commands;

/// <summary><c>resnet export</c>: a network, with weights from a file, as a model directory that the service serves.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var architecture = ArchitectureArgument.Create();
        var weights = new Option<string?>("--weights") { Description = "A .safetensors, .pth or .th file; without it the network is untrained.", HelpName = "FILE" };
        var labels = new Option<string?>("--labels") { Description = "imagenet, cifar10, or a file; by default the classes that the network was published for.", HelpName = "NAME_OR_FILE" };
        var input = new Option<InputType>("--input") { Description = "uint8 (default): pixels [N,H,W,3], normalised in the graph. float32: normalised [N,3,H,W].", HelpName = "uint8|float32" };
        input.AcceptOnlyFromAmong("uint8", "float32");
        var precision = new Option<Precision>("--precision") { Description = "fp32 (default). fp16: weights and arithmetic in float16, for GPUs.", HelpName = "fp32|fp16" };
        precision.AcceptOnlyFromAmong("fp32", "fp16");
        var features = new Option<bool>("--features") { Description = "A second output, features: for class activation maps (POST /explain) and embeddings (POST /embed)." };
        var source = new Option<string?>("--source") { Description = "Where the weights come from, for the manifest; by default the file's name.", HelpName = "TEXT" };
        var licence = new Option<string?>("--licence") { Description = "The weights' licence, for the manifest.", HelpName = "TEXT" };
        var output = new Option<string>("--output") { Description = "The directory to make: models/<name>/<version>.", Required = true, HelpName = "DIR" };
        var force = new Option<bool>("--force") { Description = "Replace the model that the output directory holds." };
        var command = new Command("export", "Writes a network as an ONNX model with its manifest, and checks one against the other.")
        {
            architecture, weights, labels, input, precision, features, source, licence, output, force,
        };

        // On another thread: Ctrl-C is heeded only once the action has returned its task.
        command.SetAction((parsed, token) => Task.Run(
            () => Run(
                parsed.InvocationConfiguration.Output,
                parsed.GetRequiredValue(architecture)!,
                parsed.GetValue(weights),
                parsed.GetValue(labels),
                parsed.GetValue(input),
                parsed.GetValue(precision),
                parsed.GetValue(features),
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
        Precision precision,
        bool features,
        Provenance stated,
        string output,
        bool replace,
        CancellationToken cancellationToken)
    {
        var classes = FindLabels(labels, architecture);
        using var file = weights is null ? null : WeightFile.Open(weights);
        if (file is null)
            console.WriteLine("no --weights: the network is untrained, its answers mean nothing");
        var export = new ModelExport(architecture, classes, file?.Preprocessing() ?? architecture.Preprocessing, FindProvenance(file, stated), output) { Input = input, Precision = precision, Features = features, Replace = replace };
        try
        {
            export.Run(console, file, cancellationToken);
        }
        catch (WeightException e)
        {
            throw new CommandException($"{e.Message}{Environment.NewLine}the network is {architecture.Name} with {classes.Count} classes; ARCH decides its layers, and --labels its classes", e);
        }

        return ExitCode.Success;
    }

    private static Provenance FindProvenance(WeightFile? file, Provenance stated) => file is null
        ? new("untrained", Given(stated.Licence) ?? "none")
        : new(Given(stated.Source) ?? Path.GetFileName(file.Path), Given(stated.Licence) ?? "not stated", file.Sha256());

    private static IReadOnlyList<Label> FindLabels(string? labels, Architecture architecture) => labels is null
        ? architecture.Classes == LabelSets.Cifar10.Count ? LabelSets.Cifar10 : LabelSets.ImageNet
        : LabelSets.Find(labels) ?? LabelFile.Read(labels);

    private static string? Given(string text) => text.Length == 0 ? null : text;
}
