using ResNetService.Api.Caching;
using ResNetService.Api.Hosting;
using ResNetService.Api.OpenInference.Grpc;
using ResNetService.Api.Security;
using ResNetService.Api.Security.Administration;
using ResNetService.Api.Security.Browsers;
using ResNetService.Api.Security.Limits;
using ResNetService.Api.Security.Tokens;
using ResNetService.Api.Telemetry;
using ResNetService.Api.Uploads;
using ResNetService.Inference;
using ResNetService.Inference.Batching;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Tests.Document;

/// <summary>docs/configuration.md says of the options what the code does.</summary>
public sealed class ConfigurationDocumentTests
{
    private const string Begin = "<!-- The table is written by ConfigurationDocumentTests, from the options' doc comments. -->\n";
    private const string End = "\n<!-- End of the table. -->";

    private static readonly (string Section, object Defaults)[] Options =
    [
        (ModelsOptions.Section, new ModelsOptions()),
        (BatchingOptions.Section, new BatchingOptions()),
        (ExecutionOptions.Section, new ExecutionOptions()),
        (ImagingOptions.Section, new ImagingOptions()),
        (RequestOptions.Section, new RequestOptions()),
        (CacheOptions.Section, new CacheOptions()),
        (ShutdownOptions.Section, new ShutdownOptions()),
        (GrpcOptions.Section, new GrpcOptions()),
        (TelemetryOptions.Section, new TelemetryOptions()),
        (OtlpOptions.Section, new OtlpOptions()),
        (SecurityOptions.Section, new SecurityOptions()),
        (TokenOptions.Section, new TokenOptions()),
        (OriginOptions.Section, new OriginOptions()),
        (RateLimitOptions.Section, new RateLimitOptions()),
        (AdminOptions.Section, new AdminOptions()),
    ];

    [Fact]
    public void Table_IsWhatTheOptionsSay()
    {
        const string path = "docs/configuration.md";
        var document = File.ReadAllText(Path.Combine(Repository.Root, path)).ReplaceLineEndings("\n");
        var (begin, end) = (document.IndexOf(Begin, StringComparison.Ordinal), document.IndexOf(End, StringComparison.Ordinal));
        Assert.True(begin >= 0 && end > begin, $"{path} has lost the marks of its table");

        Approval.Check(path, document[..(begin + Begin.Length)] + OptionsTable.Of(Options) + document[end..]);
    }

    /// <summary>A section that is bound and not in the table would be an option that nobody can know of.</summary>
    [Fact]
    public void Table_HasEverySectionThatIsBound()
    {
        var sections = new[] { typeof(Program).Assembly, typeof(ModelsOptions).Assembly }.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && type.GetField("Section") is not null)
            .Select(type => (string)type.GetField("Section")!.GetRawConstantValue()!);

        Assert.Equal(sections.Order(), Options.Select(options => options.Section).Order());
    }
}
