using System.Text.RegularExpressions;

namespace ResNetService.EndToEnd.Tests.Architecture;

/// <summary>Rules of the sources that no analyzer knows.</summary>
public sealed partial class SourceStyleTests
{
    private const int MaxLinesOfAFile = 400;
    private const int MaxLinesOfProgram = 40;

    private static readonly string[] NotSources = [".git", ".vs", ".idea", "artifacts", "bin", "obj", "node_modules", "runs", "TestResults"];

    private static readonly string[] VagueNames = ["Services", "Helpers", "Helper", "Utils", "Utilities", "Manager", "Managers"];

    private static IEnumerable<string> SourceFiles => Files("src").Where(file => file.EndsWith(".cs", StringComparison.Ordinal));

    [Fact]
    public void SourceFiles_StayReadable() =>
        Findings.AssertNone(
            from file in SourceFiles
            let lines = File.ReadLines(Absolute(file)).Count()
            where lines > MaxLinesOfAFile
            select $"{file} has {lines} lines");

    [Fact]
    public void ProgramOfTheApi_ReadsLikeATableOfContents() =>
        Assert.InRange(File.ReadLines(Absolute("src/ResNetService.Api/Program.cs")).Count(), 1, MaxLinesOfProgram);

    [Fact]
    public void FoldersAndFiles_AreNamedForWhatTheyDo() =>
        Findings.AssertNone(
            from file in SourceFiles
            where file.Split('/')[2..].Any(part => VagueNames.Any(vague =>
                part == vague || (part.EndsWith(vague + ".cs", StringComparison.Ordinal) && vague is not "Services")))
            select file);

    /// <summary>The project speaks of itself alone: no path of the machine that it was built on, no address of a package registry.</summary>
    [Fact]
    public void TextFiles_NameNoMachineAndNoRegistry() =>
        Findings.AssertNone(
            from file in Files("")
            where !Path.GetFileName(file).StartsWith("Dockerfile", StringComparison.Ordinal) && IsText(file)
            from line in File.ReadLines(Absolute(file)).Select((text, index) => (text, number: index + 1))
            where MachinePath().IsMatch(line.text)
            select $"{file}:{line.number}: {line.text.Trim()}");

    // Written so that it does not match itself.
    [GeneratedRegex(@"(?<![\w.:/\-])/(?:work|root)/|api[.]nuget[.]org|pkgs[.]dev[.]azure")]
    private static partial Regex MachinePath();

    private static IEnumerable<string> Files(string folder)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(Absolute(folder)))
        {
            var relative = Path.GetRelativePath(Repository.Root, path).Replace('\\', '/');
            if (NotSources.Contains(Path.GetFileName(path)))
                continue;
            if (!Directory.Exists(path))
                yield return relative;
            else
                foreach (var file in Files(relative))
                    yield return file;
        }
    }

    private static string Absolute(string relative) => Path.Combine(Repository.Root, relative);

    /// <summary>As git decides it: no zero byte at the beginning.</summary>
    private static bool IsText(string file)
    {
        using var stream = File.OpenRead(Absolute(file));
        Span<byte> start = stackalloc byte[8000];
        return !start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)].Contains((byte)0);
    }
}
