using System.Text.Json;

namespace ResNetService.EndToEnd.Tests.Readme;

/// <summary>What README.md promises, done as it says.</summary>
[Collection(BuildsOfTheRepository.Name)]
public sealed class ReadmeTests
{
    private const string FirstScreen = "ResNetService";
    private const string ImageNet = "ImageNet in three commands";

    private static readonly ReadmeDocument Readme = ReadmeDocument.Read();

    [Fact]
    public async Task FirstScreen_TwoCommands_GiveThePrintedAnswer()
    {
        var token = TestContext.Current.CancellationToken;
        var commands = Readme.Commands(FirstScreen);
        var printed = Readme.Blocks.First(b => b is { Heading: FirstScreen, Language: "json" }).Text;

        using var service = await RunningService.StartAsync(commands[0], [], token);
        var answer = await service.RunAsync(commands[1], token);

        AssertSameAnswer(printed, answer);
    }

    [Fact]
    public void FirstScreen_TestCommand_IsWhatTheCleanCheckoutRuns()
    {
        Assert.Equal("dotnet test", Readme.Commands(FirstScreen)[2]);
        Assert.Contains("dotnet test", File.ReadAllText(Path.Combine(Repository.Root, ".ci", "run")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ImageNet_ThreeCommands_ServeTheImportedNetwork()
    {
        var token = TestContext.Current.CancellationToken;
        var commands = Readme.Commands(ImageNet);
        Assert.Equal(3, commands.Length);

        // The first command downloads: here from a mirror that has the weights of the test data, into a folder of the test's.
        var models = Directory.CreateTempSubdirectory("resnet-readme-");
        try
        {
            await using (var mirror = await WeightMirror.StartAsync("resnet50", CompactWeights.Expand("weights/imagenet-resnet50.compact.safetensors"), models.FullName, token))
            {
                var pull = $"{commands[0]} {mirror.Options} --output {models.FullName}/resnet50/1";
                Assert.Contains("agree", await ShellCommand.RunAsync(pull, token), StringComparison.Ordinal);
            }

            using var service = await RunningService.StartAsync(commands[1], new() { ["Models__Path"] = models.FullName }, token);
            using var answer = JsonDocument.Parse(await service.RunAsync(commands[2], token));

            var best = answer.RootElement.GetProperty("results")[0].GetProperty("predictions")[0];
            Assert.Equal(967, best.GetProperty("index").GetInt32());
            Assert.Equal("espresso", best.GetProperty("label").GetString());
        }
        finally
        {
            models.Delete(recursive: true);
        }
    }

    /// <summary>The same members in the same order, the same words and whole numbers; probabilities to three digits; times are the machine's.</summary>
    private static void AssertSameAnswer(string expected, string actual)
    {
        using var printed = JsonDocument.Parse(expected);
        using var answer = JsonDocument.Parse(actual);
        AssertSame(printed.RootElement, answer.RootElement, "$");
    }

    private static void AssertSame(JsonElement expected, JsonElement actual, string path)
    {
        Assert.True(expected.ValueKind == actual.ValueKind, $"{path}: {expected} became {actual}");
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                Assert.Equal(expected.EnumerateObject().Select(p => p.Name), actual.EnumerateObject().Select(p => p.Name));
                foreach (var member in expected.EnumerateObject())
                    AssertSame(member.Value, actual.GetProperty(member.Name), $"{path}.{member.Name}");
                break;
            case JsonValueKind.Array:
                Assert.Equal(expected.GetArrayLength(), actual.GetArrayLength());
                for (var i = 0; i < expected.GetArrayLength(); i++)
                    AssertSame(expected[i], actual[i], $"{path}[{i}]");
                break;
            case JsonValueKind.Number when path.EndsWith("Ms", StringComparison.Ordinal):
                break;
            case JsonValueKind.Number:
                Assert.Equal(expected.GetDouble(), actual.GetDouble(), 1e-3);
                break;
            default:
                Assert.True(expected.ToString() == actual.ToString(), $"{path}: {expected} became {actual}");
                break;
        }
    }
}
