using System.Text;
using ResNetService.Modeling.Commands;

namespace ResNetService.Modeling.Classification.Rows;

/// <summary>
/// A file of results that outlives its run: each is in it as soon as it is known, and a later run with the same file goes on where
/// this one ended. One process writes it at a time.
/// </summary>
internal sealed class ResultFile : IResultWriter
{
    private readonly StreamWriter _output;
    private readonly RowResults _rows;
    private readonly HashSet<string> _answered;

    private ResultFile(string path, string folder, StreamWriter output, RowResults rows, HashSet<string> answered) =>
        (Path, Folder, _output, _rows, _answered) = (path, folder, output, rows, answered);

    /// <summary>As it was given.</summary>
    public string Path { get; }

    /// <summary>Where it lies, whatever links lead to it: names that lead from there mean the same in every run.</summary>
    public string Folder { get; }

    /// <summary>
    /// Keeps the answers that the file has. Errors are taken out, so that their files are tried again, and so is a last row that
    /// was not written to its end.
    /// </summary>
    /// <param name="model">Whose answers the file may have.</param>
    /// <param name="topK">How many classes they may have.</param>
    /// <exception cref="CommandException">The file holds something else. It is left as it was.</exception>
    /// <exception cref="IOException">Another process writes it, or it cannot be written.</exception>
    public static ResultFile Open(string path, IRowFormat format, string model, int topK)
    {
        var file = new FileInfo(path);
        // A link stays one: what it leads to is replaced.
        var target = file.LinkTarget is null ? path : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        var answered = new HashSet<string>();
        if (new FileInfo(target) is { Exists: true, Length: > 0 })
            Keep(target, format, row => Require(path, row, model, topK), answered);

        var output = Lines(new FileStream(target, FileMode.Append, FileAccess.Write, FileShare.None));
        return new(path, System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(target))!, output, new(output, format, isBegun: output.BaseStream.Position > 0), answered);
    }

    public bool IsAnswered(string name) => _answered.Contains(name);

    public void Write(FileResult result) => _rows.Write(result);

    public void Dispose() => _output.Dispose();

    /// <summary>Under another name first: the answers of hours are not lost, whatever happens in between.</summary>
    private static void Keep(string path, IRowFormat format, Action<FileResult> require, HashSet<string> answered)
    {
        var kept = path + ".part";
        try
        {
            Copy(path, kept, format, require, answered);
            File.Move(kept, path, overwrite: true);
        }
        catch (FormatException e)
        {
            throw new CommandException($"{path} is not a file to go on with: {e.Message}; name another --output, or remove it", e);
        }
        finally
        {
            File.Delete(kept);
        }
    }

    private static void Copy(string from, string to, IRowFormat format, Action<FileResult> require, HashSet<string> answered)
    {
        using var input = new StreamReader(new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.None));
        using var output = Lines(new FileStream(to, FileMode.Create, FileAccess.Write, FileShare.None));
        var rows = new RowResults(output, format);
        foreach (var row in format.Read(input).Where(row => row.Error is null && answered.Add(row.Name)))
        {
            require(row);
            rows.Write(row);
        }
    }

    private static void Require(string path, FileResult row, string model, int topK)
    {
        if (row.Model != model)
            throw new CommandException($"{path} has answers of {row.Model}, and this run's are of {model}; name another --output");
        if (row.Predictions.Count != topK)
            throw new CommandException($"{path} has {row.Predictions.Count} classes of an image, and this run gives {topK}; say --top-k {row.Predictions.Count}, or name another --output");
    }

    private static StreamWriter Lines(FileStream stream) => new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };
}
