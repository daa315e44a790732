using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;
using Xunit;

namespace ResNetService.TestSupport;

/// <summary>Text that changes on purpose only: a file of the repository holds what was approved.</summary>
public static class Approval
{
    private const string Accept = "RESNET_ACCEPT";

    /// <summary>Fails with the lines that differ, and how to approve them.</summary>
    /// <param name="path">Of the approved text, below the root of the repository.</param>
    public static void Check(string path, string text)
    {
        var file = System.IO.Path.Combine(Repository.Root, path);
        text = WithPlainLineEnds(text).TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            File.WriteAllText(file, text);
            return;
        }

        var approved = File.Exists(file) ? WithPlainLineEnds(File.ReadAllText(file)) : "";
        if (text != approved)
            Assert.Fail($"{path} is not what it is now. If this is meant, run the test with {Accept}=1 and commit the file.\n{Difference(approved, text)}");
    }

    private static string Difference(string approved, string text) => string.Join('\n', InlineDiffBuilder.Diff(approved, text).Lines
        .Where(line => line.Type is ChangeType.Inserted or ChangeType.Deleted)
        .Select(line => $"{(line.Type == ChangeType.Inserted ? '+' : '-')} {line.Text}"));

    private static string WithPlainLineEnds(string text) => text.ReplaceLineEndings("\n");
}
