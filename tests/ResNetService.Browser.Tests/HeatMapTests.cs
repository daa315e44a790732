using Microsoft.Playwright;

namespace ResNetService.Browser.Tests;

public sealed class HeatMapTests(Chromium chromium, TwoModels models) : IClassFixture<TwoModels>
{
    [Fact]
    public Task HeatMap_SwitchedOn_LiesWhereTheNetworkSawTheClass() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await Contract.ExplainsAsync(visit.Page);
        await visit.OpenAsync();
        await visit.ChooseAsync(Pictures.Red());
        await visit.Button("Heat map").ClickAsync();

        var map = visit.Card("red.png").Locator("canvas");
        await Assertions.Expect(map).ToBeVisibleAsync();
        var picture = (await visit.Card("red.png").Locator("img").BoundingBoxAsync())!;
        Assert.Equivalent(picture, await map.BoundingBoxAsync());

        var (unseen, against, top) = (await PixelAsync(map, 4, 24), await PixelAsync(map, 50, 44), await PixelAsync(map, 12, 4));
        Assert.Equal(new[] { 0, 0, 0, 153 }, unseen);
        Assert.Equal(0, against[3]);
        Assert.True(top is [> 200, > 150, _, > 150], string.Join(" ", top));
    });

    [Fact]
    public Task HeatMap_OfAnotherClassAndOpacity_IsDrawnAnew() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await Contract.ExplainsAsync(visit.Page);
        await visit.OpenAsync();
        await visit.ChooseAsync(Pictures.Red());
        await visit.Button("Heat map").ClickAsync();
        var map = visit.Card("red.png").Locator("canvas");
        await Assertions.Expect(map).ToBeVisibleAsync();
        var before = (await PixelAsync(map, 12, 4))[3];

        await visit.Page.GetByLabel("Opacity").FillAsync("20");
        Assert.InRange((await PixelAsync(map, 12, 4))[3], 1, before / 2);

        var asked = await visit.Page.RunAndWaitForRequestAsync(
            () => visit.Page.GetByLabel("What speaks for").SelectOptionAsync("blue"), request => request.Url.Contains("/explain", StringComparison.Ordinal));
        Assert.EndsWith("/explain?model=color%3A1&class=2", asked.Url, StringComparison.Ordinal);

        await visit.Button("Heat map").ClickAsync();
        await Assertions.Expect(map).ToBeHiddenAsync();
    });

    [Fact]
    public Task HeatMap_OfOneModel_GivesWayToThatOfTheOther() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await Contract.ExplainsAsync(visit.Page);
        await visit.OpenAsync("/?model=color:1&with=mirror:1");
        await visit.ChooseAsync(Pictures.Red());
        var toggles = visit.Button("Heat map");
        await toggles.Nth(0).ClickAsync();
        await toggles.Nth(1).ClickAsync();

        await Assertions.Expect(toggles.Nth(0)).ToHaveAttributeAsync("aria-pressed", "false");
        await Assertions.Expect(toggles.Nth(1)).ToHaveAttributeAsync("aria-pressed", "true");
        await Assertions.Expect(visit.Card("red.png").Locator("canvas")).ToBeVisibleAsync();
    });

    [Fact]
    public Task HeatMap_OfAModelThatCannotExplain_IsNotOffered() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.OpenAsync();
        await visit.ChooseAsync(Pictures.Red());

        await Assertions.Expect(visit.Button("Copy JSON")).ToBeVisibleAsync();
        await Assertions.Expect(visit.Button("Heat map")).ToHaveCountAsync(0);
    });

    /// <summary>Red, green, blue and alpha, 0 to 255, at a place of the photograph.</summary>
    private static Task<int[]> PixelAsync(ILocator map, int x, int y) => map.EvaluateAsync<int[]>(
        """
        (canvas, [x, y]) => {
          const pixel = new OffscreenCanvas(1, 1).getContext('2d');
          pixel.drawImage(canvas, -x, -y);
          return [...pixel.getImageData(0, 0, 1, 1).data];
        }
        """,
        new[] { x, y });
}
