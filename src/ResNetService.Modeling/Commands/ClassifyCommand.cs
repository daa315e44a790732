using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ResNetService.Modeling.Classification;
using ResNetService.Modeling.Classification.Rows;
using ResNetService.Modeling.Classification.Server;

namespace ResNetService.Modeling.Commands;

/// <summary><c>resnet classify</c>: the best classes of image files and of folders of them, in this process or through a service.</summary>
internal static class ClassifyCommand
{
    private const int DefaultTopK = 5;

    /// <summary>No argument: everybody on the machine would see it.</summary>
    private const string KeyVariable = "RESNET_KEY";

    /// <summary>In this process no more than these may wait for the model.</summary>
    private const int MostAtOnce = 512;

    private static readonly Argument<string[]> Paths = new("PATH")
    {
        Description = "Image files, and folders of them with all that is below. Without --server the first is the model: models/<name>/<version>.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<Uri?> Server = new("--server") { Description = $"Classify through the service at this address, with the key or the token in {KeyVariable} where it asks for one.", HelpName = "URL", CustomParser = ReadServer };

    private static readonly Option<string?> Model = new("--model") { Description = "The service's model, NAME or NAME:VERSION; its default model unless said otherwise.", HelpName = "NAME" };

    private static readonly Option<int?> TopK = new("--top-k") { Description = "How many classes; 5 unless said otherwise.", HelpName = "K", CustomParser = result => Numbers.Positive(result) };

    private static readonly Option<string?> Output = new("--output")
    {
        Description = "Write the results to a file. Files that it has answers of already are passed over, so that the same command goes on with an interrupted run.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Format = new Option<string?>("--format")
    {
        Description = "A row or a JSON object a file. Unless said otherwise the name of --output decides, and without it there is text.",
        HelpName = string.Join('|', RowFormats.Names),
    }.AcceptOnlyFromAmong([.. RowFormats.Names]);

    private static readonly Option<bool> Json = new("--json") { Description = "A JSON array on standard output, one object an image." };

    private static readonly Option<int?> Concurrency = new("--concurrency")
    {
        Description = "How many files at once; unless said otherwise 16 with --server, else what fills the model's batches.",
        HelpName = "N",
        CustomParser = result => Numbers.Whole(result, 1, MostAtOnce),
    };

    public static Command Create()
    {
        var command = new Command("classify", "Classifies image files and folders of them, in this process or through a running service.")
        {
            Paths, Server, Model, TopK, Output, Format, Json, Concurrency,
        };
        command.Validators.Add(Check);
        command.SetAction((parsed, token) => RunAsync(parsed, token));
        return command;
    }

    private static void Check(CommandResult result)
    {
        var isRemote = result.GetResult(Server) is not null;
        if (!isRemote && result.GetResult(Paths)?.Tokens.Count == 1)
            result.AddError("name image files or folders after the model's directory, or a service with --server");
        if (!isRemote && result.GetResult(Model) is not null)
            result.AddError("--model names a model of a service; without --server the first argument is the model's directory");
        if (result.GetResult(Json) is not null && (result.GetResult(Output) ?? result.GetResult(Format)) is { } other)
            result.AddError($"--json and {other.Option.Name} exclude each other; rows of JSON are --format jsonl");
        if (result.GetResult(Format) is null && result.GetResult(Output)?.Tokens is [var file] && RowFormats.OfFile(file.Value) is null)
            result.AddError($"--output is '{file.Value}', whose name does not say the format; say --format {string.Join(" or ", RowFormats.Names)}");
    }

    /// <summary>On another thread: Ctrl-C is heeded only once the action has returned its task.</summary>
    private static Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        Task.Run(() => ClassifyAsync(parsed, cancellationToken), CancellationToken.None);

    private static async Task<int> ClassifyAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var paths = parsed.GetRequiredValue(Paths);
        await using var classifier = parsed.GetValue(Server) is { } server
            ? await ServerClassifier.ConnectAsync(server, Key(), parsed.GetValue(Model), new RetryPolicy(), TimeProvider.System, cancellationToken)
            : (IFileClassifier)await InProcessClassifier.OpenAsync(paths[0]);
        var topK = parsed.GetValue(TopK) ?? Math.Min(DefaultTopK, classifier.Model.Classes);
        if (topK > classifier.Model.Classes)
            throw new CommandException($"--top-k is {topK}; it must be 1 to {classifier.Model.Classes}, the number of classes of {classifier.Model.Name}");

        using var results = OpenResults(parsed, classifier.Model.Name, topK);
        var files = InputFiles.Find(parsed.GetValue(Server) is null ? paths[1..] : paths, (results as ResultFile)?.Folder ?? Environment.CurrentDirectory);
        var run = new ClassificationRun(classifier, parsed.GetValue(Concurrency) ?? classifier.Concurrency, topK, results, TimeProvider.System);
        return results is ResultFile file
            ? await FillAsync(file, run, files, classifier.Model, parsed.InvocationConfiguration, cancellationToken)
            : await PrintAsync(run, files, parsed.InvocationConfiguration, cancellationToken);
    }

    private static string? Key() => Environment.GetEnvironmentVariable(KeyVariable)?.Trim() switch
    {
        null or "" => null,
        var key when key.All(letter => letter is > ' ' and <= '~') => key,
        _ => throw new CommandException($"{KeyVariable} is no key of a service, and no token"),
    };

    private static IResultWriter OpenResults(ParseResult parsed, string model, int topK)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        if (parsed.GetValue(Output) is { } path)
            return ResultFile.Open(path, RowFormats.Create(parsed.GetValue(Format) ?? RowFormats.OfFile(path)!, topK), model, topK);
        if (parsed.GetValue(Format) is { } format)
            return new RowResults(output, RowFormats.Create(format, topK));
        return parsed.GetValue(Json) ? new JsonArrayResults(output) : new TextResults(output, error);
    }

    private static async Task<int> PrintAsync(ClassificationRun run, IEnumerable<InputFile> files, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        await run.RunAsync(files, new Progress<int>(), cancellationToken);
        if (run.Files == 0)
            throw NoImage();
        if (run.Failures > 0)
            console.Error.WriteLine($"resnet: {Failures(run)}");
        return ExitCodeOf(run);
    }

    private static async Task<int> FillAsync(
        ResultFile file, ClassificationRun run, IEnumerable<InputFile> files, ClassifyingModel model, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        var (left, answered) = Count(file, files, cancellationToken);
        if (answered > 0)
            console.Output.WriteLine($"{file.Path}: passing over {answered} of {Files(left + answered)}, which it has answers of");
        if (left == 0)
            return answered > 0 ? ExitCode.Success : throw NoImage();

        var start = TimeProvider.System.GetTimestamp();
        try
        {
            await ProgressDisplay.RunAsync("classifying", left, async progress =>
            {
                await run.RunAsync(files.Where(candidate => !file.IsAnswered(candidate.Name)), progress, cancellationToken);
                return run.Files;
            });
        }
        catch when (run.Files > 0)
        {
            console.Error.WriteLine($"{file.Path}: {run.Files} of {Files(left)} are done; the same command goes on from there");
            throw;
        }

        var speed = run.Files / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        console.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{file.Path}: {Files(run.Files)} classified by {model.Name} ({model.Provider}, {model.Precision}), {speed:F1} images/s"));
        if (run.Failures > 0)
            console.Error.WriteLine($"resnet: {Failures(run)}; the same command tries them again");
        return ExitCodeOf(run);
    }

    /// <summary>Before the run, which needs no more than one name at a time: how many there are is known without holding them.</summary>
    private static (int Left, int Answered) Count(ResultFile file, IEnumerable<InputFile> files, CancellationToken cancellationToken)
    {
        var (left, answered) = (0, 0);
        foreach (var candidate in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _ = file.IsAnswered(candidate.Name) ? answered++ : left++;
        }

        return (left, answered);
    }

    private static CommandException NoImage() => new($"there is no image in what was named; in a folder, files named {string.Join(", ", InputFiles.Extensions)} are images");

    private static string Failures(ClassificationRun run) => $"{run.Failures} of {Files(run.Files)} {(run.Failures == 1 ? "has" : "have")} no answer";

    private static string Files(int count) => count == 1 ? "1 file" : $"{count} files";

    private static int ExitCodeOf(ClassificationRun run) => run.Failures > 0 ? ExitCode.Failure : ExitCode.Success;

    private static Uri? ReadServer(ArgumentResult result)
    {
        var address = ServerAddress.Parse(result.Tokens[0].Value);
        if (address is null)
            result.AddError($"--server is '{result.Tokens[0].Value}'; it must be {ServerAddress.Form}");
        return address;
    }
}
