using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using ResNetService.Modeling.Commands;

namespace ResNetService.EndToEnd.Tests;

/// <summary>The imported ImageNet networks have the accuracy that they have in PyTorch, by command and over HTTP, alone and together.</summary>
public sealed class AccuracyTests
{
    [Theory]
    [InlineData("resnet18", 153, 190)]
    [InlineData("resnet50", 170, 195)]
    public async Task ImportedNetwork_On200Photographs_ScoresAsInPyTorch(string architecture, int top1, int top5)
    {
        var token = TestContext.Current.CancellationToken;
        var images = ReadCsv(SharedData.Require("imagenet/images.csv"));
        var weights = CompactWeights.Expand($"weights/imagenet-{architecture}.compact.safetensors");
        var models = Directory.CreateTempSubdirectory("resnet-accuracy-");
        try
        {
            var directory = Path.Combine(models.FullName, architecture, "1");
            await Run("export", architecture, "--weights", weights, "--labels", "imagenet", "--output", directory);
            using var evaluated = JsonDocument.Parse(await Run("evaluate", directory, "--images", SharedData.Require("imagenet/images.csv"), "--json"));
            Assert.Equal((200, top1, top5), (Count(evaluated, "images"), Count(evaluated, "top1Correct"), Count(evaluated, "top5Correct")));

            // Two hundred photographs in one request, on a machine that other tests share.
            var settings = new Dictionary<string, string> { ["Models__Path"] = models.FullName, ["Requests__MaxDeadline"] = "00:05:00" };
            using var service = await RunningService.StartAsync(RunningService.BuiltCommand, settings, token);
            using var client = new HttpClient { BaseAddress = service.Address, Timeout = TimeSpan.FromMinutes(5) };
            var alone = new List<string>();
            foreach (var (path, _) in images)
                alone.AddRange(await ClassifyAsync(client, Raw(path), token));
            var together = await ClassifyAsync(client, Form(images.Select(i => i.Path)), token);

            Assert.Equal(alone, together);
            Assert.Equal(top1, images.Zip(alone).Count(i => Indices(i.Second).First() == i.First.Class));
            Assert.Equal(top5, images.Zip(alone).Count(i => Indices(i.Second).Contains(i.First.Class)));
        }
        finally
        {
            models.Delete(recursive: true);
        }
    }

    private static async Task<string> Run(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        Assert.True(await ResNetCommand.RunAsync(arguments, output, error) == 0, error.ToString());
        return output.ToString();
    }

    private static (string Path, int Class)[] ReadCsv(string csv) =>
        [.. File.ReadLines(csv).Skip(1).Select(line => line.Split(',')).Select(fields =>
            (Path.Combine(Path.GetDirectoryName(csv)!, "images", fields[0]), int.Parse(fields[1], CultureInfo.InvariantCulture)))];

    /// <returns>The predictions of each image, as they stand in the reply: to the last digit.</returns>
    private static async Task<string[]> ClassifyAsync(HttpClient client, HttpContent body, CancellationToken cancellationToken)
    {
        using (body)
        {
            using var response = await client.PostAsync(new Uri("/classify", UriKind.Relative), body, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            Assert.True(response.IsSuccessStatusCode, text);
            using var reply = JsonDocument.Parse(text);
            return [.. reply.RootElement.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("predictions").GetRawText())];
        }
    }

    private static ByteArrayContent Raw(string path) =>
        new(File.ReadAllBytes(path)) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } };

    private static MultipartFormDataContent Form(IEnumerable<string> paths)
    {
        var form = new MultipartFormDataContent();
        foreach (var path in paths)
            form.Add(Raw(path), "image", Path.GetFileName(path));
        return form;
    }

    private static IEnumerable<int> Indices(string predictions)
    {
        using var json = JsonDocument.Parse(predictions);
        return [.. json.RootElement.EnumerateArray().Select(p => p.GetProperty("index").GetInt32())];
    }

    private static int Count(JsonDocument result, string name) => result.RootElement.GetProperty(name).GetInt32();
}
