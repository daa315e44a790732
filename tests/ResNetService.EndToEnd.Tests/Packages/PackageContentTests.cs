using System.Xml.Linq;

namespace ResNetService.EndToEnd.Tests.Packages;

/// <summary>What a registry and its users see of the three libraries.</summary>
[Collection(PackagesOfTheRepository.Name)]
public sealed class PackageContentTests(PackageFeed feed)
{
    public static TheoryData<string, string[]> Dependencies { get; } = new()
    {
        { "ResNetService.ModelFormat", [] },
        { "ResNetService.Imaging", ["NetVips", "NetVips.Native", "ResNetService.ModelFormat"] },
        {
            "ResNetService.Inference",
            [
                "Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.Logging.Abstractions",
                "Microsoft.Extensions.Options.ConfigurationExtensions", "Microsoft.Extensions.Options.DataAnnotations",
                "Microsoft.ML.OnnxRuntime", "NetVips", "NetVips.Native", "ResNetService.Imaging", "ResNetService.ModelFormat", "System.Numerics.Tensors",
            ]
        },
    };

    public static TheoryData<string> Libraries { get; } = [.. PackageFeed.Libraries];

    [Theory]
    [MemberData(nameof(Dependencies))]
    public void Package_DependsOn_WhatItNeedsToRunAndNoMore(string library, string[] expected)
    {
        var dependencies = feed.Metadata(library).Descendants("dependency").ToArray();

        Assert.Equal(expected, dependencies.Select(d => d.Attribute("id")!.Value).Order(StringComparer.Ordinal));
        Assert.All(
            dependencies.Where(d => d.Attribute("id")!.Value.StartsWith("ResNetService.", StringComparison.Ordinal)),
            d => Assert.Equal(feed.Version, d.Attribute("version")!.Value));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Package_SaysWhatItIs(string library)
    {
        var metadata = feed.Metadata(library);

        Assert.Equal("MIT", Value(metadata, "license"));
        Assert.Equal("README.md", Value(metadata, "readme"));
        Assert.Equal("The ResNetService authors", Value(metadata, "authors"));
        Assert.NotEqual("Package Description", Value(metadata, "description"));
        Assert.NotEmpty(Value(metadata, "tags"));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Package_HoldsTheLibraryItsDocumentationAndItsReadme_AndNothingElse(string library)
    {
        using var package = feed.Open(library);
        using var symbols = feed.Open(library, "snupkg");

        Assert.Equal(
            ["README.md", $"lib/net10.0/{library}.dll", $"lib/net10.0/{library}.xml"],
            package.Entries.Select(e => e.FullName).Where(IsContent).Order(StringComparer.Ordinal));
        Assert.Contains($"lib/net10.0/{library}.pdb", symbols.Entries.Select(e => e.FullName));

        // What the package format itself adds.
        bool IsContent(string entry) =>
            entry != $"{library}.nuspec" && entry != "[Content_Types].xml" && !entry.StartsWith("_rels/", StringComparison.Ordinal) && !entry.StartsWith("package/", StringComparison.Ordinal);
    }

    private static string Value(XElement metadata, string element) => metadata.Element(element)?.Value ?? "";
}
