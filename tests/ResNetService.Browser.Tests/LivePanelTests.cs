using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace ResNetService.Browser.Tests;

public sealed partial class LivePanelTests(Chromium chromium, TwoModels models) : IClassFixture<TwoModels>
{
    [Fact]
    public Task Figures_FollowTheService() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.OpenAsync("/?model=mirror:1");
        var panel = visit.Page.Locator("#live");
        await panel.Locator("summary").ClickAsync();
        var model = panel.Locator(".live-model", new() { HasText = "mirror:1" });
        await Visit.HasAsync(model, "no answers in the last minute");
        await Visit.HasAsync(model, "Since the start: 0 computed in 0 batches, 0 failed");
        await Assertions.Expect(Line(model, NoFigures())).ToHaveCountAsync(1);

        await visit.ChooseAsync(Pictures.Red(), Pictures.Broken());

        await Visit.HasAsync(model, "Since the start: 1 computed in 1 batch, 1 failed");
        await Visit.HasAsync(model, "of 512 images; 0 batches running");
        await Assertions.Expect(model).ToContainTextAsync(Percentiles());
        await Assertions.Expect(Line(model, Throughput())).ToHaveCountAsync(1);
        await Assertions.Expect(Line(model, Latency())).ToHaveCountAsync(1);
        await Assertions.Expect(panel.Locator("#live-cache")).ToBeHiddenAsync();
    });

    [Fact]
    public Task Figures_AreAskedForEachSecondWhileThePanelIsOpen() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.Page.Clock.InstallAsync();
        var asked = 0;
        visit.Page.Request += (_, request) => asked += IsStats(request.Url) ? 1 : 0;
        await visit.OpenAsync();
        Assert.Equal(0, asked);

        var panel = visit.Page.Locator("#live");
        await visit.Page.RunAndWaitForResponseAsync(() => panel.Locator("summary").ClickAsync(), response => IsStats(response.Url));
        await Visit.HasAsync(panel, "images/s");
        await visit.Page.RunAndWaitForResponseAsync(() => visit.Page.Clock.RunForAsync(1000), response => IsStats(response.Url));

        await panel.Locator("summary").ClickAsync();
        await Assertions.Expect(panel).Not.ToHaveAttributeAsync("open", "");
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
        await visit.Page.RouteAsync("**/stats", route => route.AbortAsync(), new() { Times = 1 });
        await visit.OpenAsync();
        await visit.Page.Locator("#live summary").ClickAsync();

        await Visit.HasAsync(visit.Page.Locator("#live"), "No figures: the service does not answer.");
        await Visit.HasAsync(visit.Page.Locator("#live"), "images/s");
    });

    private static bool IsStats(string address) => address.EndsWith("/stats", StringComparison.Ordinal);

    /// <param name="name">Without a slash, which Playwright does not escape.</param>
    private static ILocator Line(ILocator model, Regex name) => model.GetByRole(AriaRole.Img, new() { NameRegex = name });

    [GeneratedRegex("^Latency over the last minute: no figures yet$")]
    private static partial Regex NoFigures();

    [GeneratedRegex(@"^Throughput over the last minute: now 0\.\d images.s, highest 0\.1 images.s$")]
    private static partial Regex Throughput();

    [GeneratedRegex(@"^Latency over the last minute: now ([\d.,]+ ms), highest \1$")]
    private static partial Regex Latency();

    [GeneratedRegex(@"p95 of the last minute; p50 [\d.,]+ ms, p99 [\d.,]+ ms")]
    private static partial Regex Percentiles();
}
