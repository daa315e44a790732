using System.Globalization;
using System.Text.RegularExpressions;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Commands;

namespace ResNetService.Modeling.Tests.Experiments;

/// <summary>What docs/paper.md says of the program is so: counts, files, commands.</summary>
public sealed partial class PaperDocumentTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "docs");
    private static readonly string Document = File.ReadAllText(Path.Combine(Folder, "paper.md"));

    public static TheoryData<string> Commands => [.. Command().Matches(Document).Select(match => match.Groups[1].Value)];

    [Fact]
    public void Counts_InItsTables_AreThoseOfTheRegistry()
    {
        var rows = Counts().Matches(Document);

        Assert.Equal(16, rows.Count);
        Assert.All(rows, row =>
        {
            var cost = Architecture.Find(row.Groups[1].Value).Measure();
            Assert.Equal((Number(row.Groups[2]), Number(row.Groups[3])), (cost.Parameters, cost.MultiplyAdds));
        });
    }

    [Fact]
    public void Links_ToFiles_AreThere() =>
        Assert.All(Link().Matches(Document).Select(match => match.Groups[1].Value), link => Assert.True(File.Exists(Path.Combine(Folder, link)), link));

    [Theory]
    [MemberData(nameof(Commands))]
    public void Commands_ItShows_AreUnderstood(string command) => Assert.Empty(ResNetCommand.Create().Parse(command).Errors);

    private static long Number(Group digits) => long.Parse(digits.Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\| ([a-z0-9-]+) \| ([\d,]+) \| ([\d,]+) \|", RegexOptions.Multiline)]
    private static partial Regex Counts();

    [GeneratedRegex(@"\]\((?!https?:)([^)#]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^resnet (.+)$", RegexOptions.Multiline)]
    private static partial Regex Command();
}
