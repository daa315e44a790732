using Microsoft.Playwright;
using ResNetService.Api.Tests;

namespace ResNetService.Browser.Tests;

/// <summary>
/// Makes the pictures of docs/page.md anew, with the network that comes with the service:
/// <c>dotnet artifacts/bin/ResNetService.Browser.Tests/release/ResNetService.Browser.Tests.dll --explicit only</c>.
/// </summary>
public sealed class ScreenshotTests(Chromium chromium)
{
    /// <summary>Keeps a picture under 150 kB.</summary>
    private const float Scale = 0.8f;

    [Theory(Explicit = true)]
    [InlineData("desktop", ColorScheme.Light, 1100)]
    [InlineData("dark", ColorScheme.Dark, 1100)]
    [InlineData("phone", ColorScheme.Light, 390)]
    public async Task Page_WithAnAnswer_IsPictured(string name, ColorScheme scheme, int width)
    {
        using var service = new ServiceHost(new() { ["Models:Path"] = Path.Combine(Repository.Root, "models") });
        await Visit.InAsync(
            chromium, service,
            async visit =>
            {
                await visit.OpenAsync();
                await visit.Button("Try an example").ClickAsync();
                await Visit.HasAsync(visit.Card("cat.jpg").Locator(".bars li").First, "cat");

                var file = Path.Combine(Repository.Root, "docs", "images", "page", $"{name}.png");
                await visit.Page.ScreenshotAsync(new() { Path = file, FullPage = true });
            },
            new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 600 }, DeviceScaleFactor = Scale, ReducedMotion = ReducedMotion.Reduce });
    }
}
