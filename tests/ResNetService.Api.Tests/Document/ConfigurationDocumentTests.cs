using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using ResNetService.Api.Uploads;
using ResNetService.Api.Hosting;
using ResNetService.Api.OpenInference.Grpc;
using ResNetService.Inference;
using ResNetService.Inference.Batching;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Tests.Document;

/// <summary>docs/configuration.md and the options that exist are the same, defaults included.</summary>
public sealed partial class ConfigurationDocumentTests
{
    private static readonly (string Section, object Defaults)[] Options =
    [
        (ModelsOptions.Section, new ModelsOptions()),
        (BatchingOptions.Section, new BatchingOptions()),
        (ExecutionOptions.Section, new ExecutionOptions()),
        (ImagingOptions.Section, new ImagingOptions()),
        (RequestOptions.Section, new RequestOptions()),
        (ShutdownOptions.Section, new ShutdownOptions()),
        (GrpcOptions.Section, new GrpcOptions()),
    ];

    [Fact]
    public void Document_NamesEveryOptionAndNoOther()
    {
        var existing = Options.SelectMany(o => Properties(o.Defaults).Select(p => $"{o.Section}:{p.Name}"));

        Assert.Equal(existing.Order(), Rows().Keys.Where(key => !key.StartsWith("Serilog:", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void Document_GivesTheDefaultsThatHold()
    {
        var rows = Rows();
        foreach (var (section, defaults) in Options)
        {
            foreach (var property in Properties(defaults).Where(p => p.GetValue(defaults) is not null))
            {
                var value = Convert.ToString(property.GetValue(defaults), CultureInfo.InvariantCulture)!;
                Assert.StartsWith(value, rows[$"{section}:{property.Name}"].Trim('`'), StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    private static PropertyInfo[] Properties(object options) => options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance);

    private static Dictionary<string, string> Rows() =>
        Row().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "configuration.md"))).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);

    [GeneratedRegex(@"^\| `(\w+(?::\w+)+)` \| ([^|]+?) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
