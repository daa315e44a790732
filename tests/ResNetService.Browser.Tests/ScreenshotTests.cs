using Microsoft.Playwright;
using ResNetService.Api.Tests;

namespace ResNetService.Browser.Tests;

/// <summary>
/// Makes the pictures of docs/page.md anew. Those of one answer take the network that comes with the service; the comparison needs
/// <c>resnet50</c> and <c>resnet18</c> with features below <c>RESNET_PICTURE_MODELS</c>.
/// <c>dotnet artifacts/bin/ResNetService.Browser.Tests/release/ResNetService.Browser.Tests.dll --explicit only</c>.
/// </summary>
public sealed class ScreenshotTests(Chromium chromium)
{
    private const int MostBytes = 150_000;

    /// <summary>Keeps a picture below that.</summary>
    private const float Scale = 0.8f;

    [Theory(Explicit = true)]
    [InlineData("desktop", ColorScheme.Light, 1100, false)]
    [InlineData("dark", ColorScheme.Dark, 1100, true)]
    [InlineData("phone", ColorScheme.Light, 390, true)]
    public Task Page_WithAnAnswer_IsPictured(string name, ColorScheme scheme, int width, bool explained) =>
        PictureAsync(Path.Combine(Repository.Root, "models"), name, scheme, width, async visit =>
        {
            await visit.OpenAsync();
            await visit.Button("Try an example").ClickAsync();
            await Visit.HasAsync(visit.Card("cat.jpg").Locator(".bars li").First, "cat");
            if (explained)
                await ExplainAsync(visit);
        });

    [Fact(Explicit = true)]
    public Task Page_WithTwoModels_IsPictured()
    {
        var models = Environment.GetEnvironmentVariable("RESNET_PICTURE_MODELS");
        Assert.SkipWhen(models is null, "needs a folder of models, RESNET_PICTURE_MODELS");
        return PictureAsync(models, "compare", ColorScheme.Light, 1100, async visit =>
        {
            await visit.OpenAsync("/?model=resnet50:1&with=resnet18:1");
            await visit.Page.SetInputFilesAsync("#files", Path.Combine(Repository.Root, "samples", "coffee.jpg"));
            await Assertions.Expect(visit.Page.Locator(".bars")).ToHaveCountAsync(2);
            await ExplainAsync(visit);
        });
    }

    private static async Task ExplainAsync(Visit visit)
    {
        await visit.Button("Heat map").First.ClickAsync();
        await Assertions.Expect(visit.Page.Locator("canvas")).ToBeVisibleAsync();
    }

    /// <summary>The whole page once it has its answers. The first request of a service is slow in ways that no later one is: it is asked once before.</summary>
    private async Task PictureAsync(string models, string name, ColorScheme scheme, int width, Func<Visit, Task> show)
    {
        using var service = new ServiceHost(new() { ["Models:Path"] = models, ["Models:Default"] = "resnet20-cifar10" });
        await Visit.InAsync(chromium, service, show);
        await Visit.InAsync(
            chromium, service,
            async visit =>
            {
                await show(visit);
                // What sticks to the edge of the window while one scrolls is in its place in a picture of the whole page.
                await visit.Page.EvaluateAsync("scrollTo(0, 0)");
                var file = Path.Combine(Repository.Root, "docs", "images", "page", $"{name}.png");
                await visit.Page.ScreenshotAsync(new() { Path = file, FullPage = true });
                Assert.InRange(new FileInfo(file).Length, 1, MostBytes);
            },
            new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 600 }, DeviceScaleFactor = Scale, ReducedMotion = ReducedMotion.Reduce });
    }
}
