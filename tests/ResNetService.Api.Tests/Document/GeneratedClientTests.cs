using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NJsonSchema.CodeGeneration.CSharp;
using NSwag;
using NSwag.CodeGeneration.CSharp;

namespace ResNetService.Api.Tests.Document;

/// <summary>A client that a stranger's tool makes of the document, compiled and used against the service.</summary>
public sealed class GeneratedClientTests(FeatureHost fixture) : IClassFixture<FeatureHost>
{
    /// <summary>What a user of the generated client writes.</summary>
    private const string Program = """
        using System.Linq;
        using System.Net.Http;
        using System.Threading.Tasks;
        using Generated;

        public static class Program
        {
            public static async Task<string> RunAsync(HttpClient http, byte[] image, byte[] broken)
            {
                var client = new Client(http);
                var models = await client.ListModelsAsync();
                var labels = await client.GetLabelsAsync("m");
                var classified = await client.ClassifyAsync("m", 1, null, new ClassifyRequest { Images = [Image(image), Image(broken)] }, null);
                var embedded = await client.EmbedAsync("m", null, null, new EmbedRequest { Images = [Image(image)], Normalize = true }, null);
                var ready = await client.ReadyAsync();
                var stats = await client.StatsAsync();
                string refused;
                try
                {
                    await client.ClassifyAsync("no-such-model", null, null, new ClassifyRequest { Images = [Image(image)] }, null);
                    refused = "not at all";
                }
                catch (ApiException<ProblemDetails> e)
                {
                    refused = $"{e.StatusCode} {e.Result.Type}";
                }

                return string.Join('\n',
                    string.Join(' ', models.Models.Select(model => model.Name)),
                    string.Join(' ', labels.Labels.Select(label => label.Name)),
                    classified.Results.First().Predictions.First().Label,
                    classified.Results.Last().Error.Status.ToString(),
                    embedded.Results.First().Vector.Count.ToString(),
                    ready.Status,
                    (stats.Models.Sum(model => model.Answered) >= 2).ToString(),
                    refused);
            }

            private static RequestImage Image(byte[] data) => new RequestImage { Name = "red.png", Data = data };
        }
        """;

    [Fact]
    public async Task Client_MadeOfTheDocument_CompilesAndIsAnswered()
    {
        var token = TestContext.Current.CancellationToken;
        var text = await fixture.Host.Client.GetStringAsync(new Uri("/swagger/v1/swagger.json", UriKind.Relative), token);
        var generator = new CSharpClientGenerator(await OpenApiDocument.FromJsonAsync(text, token), new()
        {
            ClassName = "Client",
            UseBaseUrl = false,
            CSharpGeneratorSettings = { Namespace = "Generated", JsonLibrary = CSharpJsonLibrary.SystemTextJson, GenerateOptionalPropertiesAsNullable = true },
        });

        var run = Compile(generator.GenerateFile(), Program).GetType("Program")!.GetMethod("RunAsync")!;
        var answers = await (Task<string>)run.Invoke(null, [fixture.Host.Client, Replies.Red, Replies.Broken])!;

        Assert.Equal(
            ["color m", "red green blue", "red", "422", "3", "ready", "True", "404 urn:resnetservice:problem:unknown-model"], answers.Split('\n'));
    }

    private static Assembly Compile(params string[] sources)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            "Generated", sources.Select(source => CSharpSyntaxTree.ParseText(source)), references, new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Disable));
        using var assembly = new MemoryStream();
        var result = compilation.Emit(assembly, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)));
        return Assembly.Load(assembly.ToArray());
    }
}
