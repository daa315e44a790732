using System.Xml.Linq;

namespace ResNetService.EndToEnd.Tests;

internal static class ProductVersion
{
    /// <summary>The one place that says it.</summary>
    public static string Prefix { get; } =
        XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("VersionPrefix").Single().Value;
}
