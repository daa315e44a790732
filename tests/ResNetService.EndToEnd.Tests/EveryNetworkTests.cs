using System.Net.Http.Headers;
using System.Text.Json;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Tests.Architectures;

namespace ResNetService.EndToEnd.Tests;

/// <summary>What can be named can be served: every registered network, and a family that a stranger adds.</summary>
public sealed class EveryNetworkTests
{
    public static TheoryData<string> Names => Registry.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Network_ExportedAndServed_ClassifiesAPhotograph(string name)
    {
        var token = TestContext.Current.CancellationToken;
        var models = Directory.CreateTempSubdirectory("resnet-every-");
        try
        {
            Export(Registry.Find(name), Path.Combine(models.FullName, name, "1"), token);
            using var service = await RunningService.StartAsync(RunningService.BuiltCommand, new() { ["Models__Path"] = models.FullName }, token);
            using var client = new HttpClient { BaseAddress = service.Address };

            var result = await AskAsync(client, $"/classify?model={name}&topK=3", token);

            Assert.Equal(JsonValueKind.Null, result.GetProperty("error").ValueKind);
            var probabilities = result.GetProperty("predictions").EnumerateArray().Select(p => p.GetProperty("probability").GetDouble()).ToArray();
            Assert.Equal(3, probabilities.Length);
            Assert.Equal(probabilities.OrderDescending(), probabilities);
            Assert.All(probabilities, p => Assert.InRange(p, 0, 1));
            Assert.True(probabilities[0] > 0, result.ToString());
            if (Registry.Find(name).Measure().PoolsGlobally)
                Assert.NotEqual(0, (await AskAsync(client, $"/explain?model={name}", token)).GetProperty("map").GetProperty("values").GetArrayLength());
        }
        finally
        {
            models.Delete(recursive: true);
        }
    }

    /// <summary>The result for the photograph.</summary>
    private static async Task<JsonElement> AskAsync(HttpClient client, string address, CancellationToken token)
    {
        using var photograph = new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "samples", "cat.jpg"), token))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") },
        };
        using var response = await client.PostAsync(new Uri(address, UriKind.Relative), photograph, token);
        var text = await response.Content.ReadAsStringAsync(token);
        Assert.True(response.IsSuccessStatusCode, text);
        return Assert.Single(JsonDocument.Parse(text).RootElement.GetProperty("results").EnumerateArray());
    }

    /// <summary>At a small size: the size is the manifest's and costs the time.</summary>
    private static void Export(Modeling.Architectures.Architecture architecture, string directory, CancellationToken cancellationToken)
    {
        TorchSharp.torch.random.manual_seed(6);
        using var network = architecture.Build();
        network.eval();
        var manifest = new ModelManifest
        {
            Architecture = architecture.Name,
            Precision = Precision.Fp32,
            Graph = new GraphSpec { Features = architecture.Measure().PoolsGlobally ? "features" : null },
            Preprocessing = Registry.Small(architecture),
            Labels = architecture.Classes == LabelSets.Cifar10.Count ? LabelSets.Cifar10 : LabelSets.ImageNet,
            Provenance = new("untrained", "none"),
        };
        ModelExporter.Export(network, manifest, directory, replace: false, cancellationToken);
    }
}
