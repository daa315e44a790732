using System.Diagnostics;
using System.Text.Json;

namespace ResNetService.Browser.Tests;

/// <summary>What the page puts on the clipboard is run, in the folder of the photograph.</summary>
public sealed class CopyTests : IClassFixture<TwoModels>, IDisposable
{
    private readonly Chromium _chromium;
    private readonly TwoModels _models;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("resnet-copy-");

    public CopyTests(Chromium chromium, TwoModels models) => (_chromium, _models) = (chromium, models);

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("red.png")]
    [InlineData("a cat's; \"best\" day, -$HOME.png")]
    [InlineData("été \\ 猫.png")]
    public Task Curl_RunInAShell_GivesTheAnswerOfThePage(string name) => AfterAnswerAsync(name, async visit =>
    {
        var answer = await RunAsync("sh", "-c", "curl() { command curl -sS \"$@\"; }; " + await CopyAsync(visit, "curl"));

        AssertAnswer(JsonDocument.Parse(answer).RootElement, name);
    });

    [Theory]
    [InlineData("a cat's; \"best\" day.png")]
    public Task CSharp_RunAsAFile_PrintsTheBestClasses(string name) => AfterAnswerAsync(name, async visit =>
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "ask.cs"), await CopyAsync(visit, "C#"), TestContext.Current.CancellationToken);

        var output = await RunAsync("dotnet", "run", "ask.cs");

        Assert.Equal(2, output.Trim().Split('\n').Length);
        Assert.Contains("cyan", output.Split('\n')[0], StringComparison.Ordinal);
    });

    [Fact]
    public Task Json_IsTheWholeAnswer() => AfterAnswerAsync("red.png", async visit =>
        AssertAnswer(JsonDocument.Parse(await CopyAsync(visit, "JSON")).RootElement, "red.png"));

    private Task AfterAnswerAsync(string name, Func<Visit, Task> act) => Visit.InAsync(_chromium, _models.Service, async visit =>
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder.FullName, name), Pictures.Red().Buffer, TestContext.Current.CancellationToken);
        await visit.OpenAsync("/?model=mirror:1&k=2");
        await visit.ChooseAsync(Pictures.Red(name));
        await Visit.HasAsync(visit.Page.Locator(".bars li").First, "cyan");
        await act(visit);
    });

    private static async Task<string> CopyAsync(Visit visit, string kind)
    {
        await visit.Button($"Copy {kind}").ClickAsync();
        await Visit.HasAsync(visit.Page.Locator("#spoken"), $"Copied: {kind} of");
        return await visit.ClipboardAsync();
    }

    private static void AssertAnswer(JsonElement answer, string name)
    {
        var result = answer.GetProperty("results")[0];
        Assert.Equal("mirror", answer.GetProperty("model").GetString());
        Assert.Equal(name.Replace("\"", "%22", StringComparison.Ordinal), result.GetProperty("name").GetString());
        Assert.Equal(["cyan", "blue"], result.GetProperty("predictions").EnumerateArray().Select(prediction => prediction.GetProperty("label").GetString()));
    }

    private async Task<string> RunAsync(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments) { WorkingDirectory = _folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{output}{await errors}");
        return output;
    }
}
