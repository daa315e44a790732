using ResNetService.Api.Tests;

namespace ResNetService.Browser.Tests;

/// <summary>What the first screen of README.md promises of the page: the service with its own network, and the photograph of the samples dropped on it.</summary>
public sealed class FirstScreenTests(Chromium chromium)
{
    [Fact]
    public async Task Photograph_DroppedOnThePage_IsClassifiedAsREADMEPrintsIt()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"), TestContext.Current.CancellationToken);
        Assert.Contains("Open <http://localhost:8080/> and drop a photograph", readme, StringComparison.Ordinal);
        Assert.Contains("{\"index\": 3, \"label\": \"cat\", \"probability\": 0.98", readme, StringComparison.Ordinal);
        using var service = new ServiceHost(new() { ["Models:Path"] = Path.Combine(Repository.Root, "models") });

        await Visit.InAsync(chromium, service, async visit =>
        {
            await visit.OpenAsync();
            await visit.DropAsync(Path.Combine(Repository.Root, "samples", "cat.jpg"));

            var best = visit.Card("cat.jpg").Locator(".bars li").First;
            await Visit.HasAsync(best, "cat");
            await Visit.HasAsync(best, "98.");
        });
    }
}
