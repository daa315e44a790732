using Microsoft.Playwright;

namespace ResNetService.Browser.Tests;

public sealed class LivePanelTests(Chromium chromium, TwoModels models) : IClassFixture<TwoModels>
{
    [Fact]
    public Task Figures_AreAskedForEachSecondWhileThePanelIsOpen() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.Page.Clock.InstallAsync();
        var asked = 0;
        visit.Page.Request += (_, request) => asked += request.Url.EndsWith("/stats", StringComparison.Ordinal) ? 1 : 0;
        await Contract.ReportsAsync(visit.Page);
        await visit.OpenAsync();
        Assert.Equal(0, asked);

        var panel = visit.Page.Locator("#live");
        await panel.Locator("summary").ClickAsync();
        await Visit.HasAsync(panel, "41.5 images/s");
        await Visit.HasAsync(panel, "no answers in the last minute");
        await visit.Page.Clock.RunForAsync(1000);
        await Visit.HasAsync(panel, "42.5 images/s");
        await Visit.HasAsync(panel, "of 512 images; 1 in the network");
        await Visit.HasAsync(panel, "p95 of the last minute; p50 3.2 ms, p99 12.0 ms");
        await Visit.HasAsync(panel, "1,232 answered in 345 batches, 2 failed");
        await Assertions.Expect(panel.GetByRole(AriaRole.Img, new() { Name = "Throughput over the last minute: now 42.5 images/s, highest 42.5 images/s" })).ToBeVisibleAsync();

        await panel.Locator("summary").ClickAsync();
        var before = asked;
        await visit.Page.Clock.RunForAsync(5000);
        Assert.Equal(before, asked);
    });

    [Fact]
    public Task Figures_OfAServiceThatKeepsNone_AreSaidToBeMissing() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.Page.RouteAsync("**/stats", route => route.FulfillAsync(new() { Status = 404 }));
        await visit.OpenAsync();
        await visit.Page.Locator("#live summary").ClickAsync();

        await Visit.HasAsync(visit.Page.Locator("#live"), "This service keeps no live figures.");
    });

    [Fact]
    public Task Figures_ComeBackWithTheService() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await Contract.ReportsAsync(visit.Page);
        await visit.Page.RouteAsync("**/stats", route => route.AbortAsync(), new() { Times = 1 });
        await visit.OpenAsync();
        await visit.Page.Locator("#live summary").ClickAsync();

        await Visit.HasAsync(visit.Page.Locator("#live"), "No figures: the service does not answer.");
        await Visit.HasAsync(visit.Page.Locator("#live"), "41.5 images/s");
    });
}
