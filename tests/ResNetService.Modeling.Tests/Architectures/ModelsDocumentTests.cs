namespace ResNetService.Modeling.Tests.Architectures;

/// <summary>What docs/models.md shows of adding a network is what is tested here.</summary>
public sealed class ModelsDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "models.md"));

    [Fact]
    public void Family_InTheDocument_IsTheOneThatIsTested()
    {
        var source = Source("TinyNet.cs")
            .Replace("using ResNetService.Modeling.Architectures;\n", "", StringComparison.Ordinal)
            .Replace("namespace ResNetService.Modeling.Tests.Architectures", "namespace ResNetService.Modeling.Architectures", StringComparison.Ordinal);

        Assert.Contains($"```csharp\n{source}```", Document, StringComparison.Ordinal);
    }

    [Fact]
    public void Variant_InTheDocument_IsTheOneThatIsTested()
    {
        var row = Assert.Single(Source("Registry.cs").Split('\n'), line => line.Contains("\"resnet26\"", StringComparison.Ordinal)).Trim();

        Assert.Contains($"```csharp\n{row}\n```", Document, StringComparison.Ordinal);
    }

    private static string Source(string file) =>
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "ResNetService.Modeling.Tests", "Architectures", file));
}
