using System.Globalization;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Evaluation;

/// <summary>An image file and the class that it is right to name.</summary>
internal sealed record LabelledImage(string Path, int ClassIndex);

/// <summary>Finds labelled images on disk: a folder of class folders, or a CSV <c>file,class_index</c> beside a folder <c>images</c>.</summary>
internal static class EvaluationSet
{
    /// <param name="path">A directory, or a CSV file.</param>
    /// <param name="labels">The model's classes, by which folders are told apart and indices bounded.</param>
    /// <exception cref="EvaluationException">Nothing is there, or a class is none of the model's; every fault is listed.</exception>
    public static IReadOnlyList<LabelledImage> Read(string path, IReadOnlyList<Label> labels)
    {
        var images = Directory.Exists(path) ? ReadFolders(path, labels)
            : File.Exists(path) ? ReadCsv(path, labels.Count)
            : throw new EvaluationException($"{path} is neither a folder of class folders nor a CSV file 'file,class_index'");
        return images.Count > 0 ? images : throw new EvaluationException($"{path} names no image");
    }

    private static List<LabelledImage> ReadFolders(string root, IReadOnlyList<Label> labels)
    {
        var folders = ImageFolder.Shown(Directory.GetDirectories(root)).ToArray();
        var classes = folders.Select(folder => ClassOf(Path.GetFileName(folder), labels)).ToArray();
        if (folders.Where((_, i) => classes[i] is null).Select(f => $"'{Path.GetFileName(f)}'").ToArray() is { Length: > 0 } unknown)
            throw new EvaluationException($"{root}: these folders are no class of the model: {string.Join(", ", unknown)}; a folder is named as the class, or by its id, or by its index");

        return [.. folders.SelectMany((folder, i) => ImageFolder.Shown(Directory.EnumerateFiles(folder)).Select(file => new LabelledImage(file, classes[i]!.Value)))];
    }

    /// <summary>By id or by name where that names one class, by number otherwise.</summary>
    private static int? ClassOf(string folder, IReadOnlyList<Label> labels)
    {
        var matches = Enumerable.Range(0, labels.Count).Where(i => labels[i].Id == folder || labels[i].Name == folder || labels[i].Name.Replace(' ', '_') == folder).ToArray();
        if (matches is [var only])
            return only;
        return int.TryParse(folder, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < labels.Count ? index : null;
    }

    private static List<LabelledImage> ReadCsv(string csv, int classes)
    {
        var images = new List<LabelledImage>();
        var faults = new List<string>();
        var folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(csv))!, "images");
        foreach (var (line, number) in File.ReadLines(csv).Select((line, i) => (line, i + 1)))
        {
            if (line.Length == 0 || (number == 1 && line == "file,class_index"))
                continue;
            var comma = line.LastIndexOf(',');
            var name = Unquote(comma < 0 ? line : line[..comma]);
            if (comma < 0 || !int.TryParse(line.AsSpan(comma + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= classes)
                faults.Add($"line {number}: '{line}' is not 'file,class_index' with an index from 0 to {classes - 1}");
            else if (!File.Exists(Path.Combine(folder, name)))
                faults.Add($"line {number}: there is no file {Path.Combine(folder, name)}");
            else
                images.Add(new LabelledImage(Path.Combine(folder, name), index));
        }

        return faults.Count == 0 ? images : throw new EvaluationException($"{csv}:{Environment.NewLine}{string.Join(Environment.NewLine, faults)}");
    }

    /// <summary>Spreadsheets quote a name that has a comma; a name without quotes is taken as it is.</summary>
    private static string Unquote(string field) => field is ['"', .. var quoted, '"'] ? quoted : field;
}

/// <summary>The images to evaluate on cannot be had; the message says what is wrong and what would be right.</summary>
internal sealed class EvaluationException(string message) : Exception(message);
