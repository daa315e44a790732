using Microsoft.Playwright;
using ResNetService.Api.Tests;

namespace ResNetService.Browser.Tests;

public sealed class HeatMapTests(Chromium chromium, TwoModels models) : IClassFixture<TwoModels>
{
    /// <summary>Of pictures of 64 x 48, the network sees about the middle 51 columns.</summary>
    private static readonly (int X, int Y) Unseen = (2, 24), Left = (16, 24), Right = (48, 24);

    [Fact]
    public Task HeatMap_SwitchedOn_LiesWhereTheNetworkSawTheClass() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        var map = await ShowAsync(visit);
        var picture = visit.Card("halves.png").Locator("img");
        Assert.Equivalent((await picture.BoundingBoxAsync())!, await map.BoundingBoxAsync());
        Assert.True(await map.EvaluateAsync<bool>(
            "map => { map.scrollIntoView(); const box = map.getBoundingClientRect(); return document.elementFromPoint(box.x + 9, box.y + 9) === map; }"));
        Assert.Equal("grayscale(1)", await picture.EvaluateAsync<string>("picture => getComputedStyle(picture).filter"));

        Assert.Equal(new[] { 0, 0, 0, 153 }, await PixelAsync(map, Unseen));
        Assert.Equal(0, (await PixelAsync(map, Left))[3]);
        var green = await PixelAsync(map, Right);
        Assert.True(green is [> 200, > 200, _, > 150], string.Join(" ", green));
        await Visit.HasAsync(visit.Card("halves.png"), "The network did not see the darkened part.");
    });

    [Fact]
    public Task HeatMap_OfAnotherClassAndOpacity_IsDrawnAnew() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        var map = await ShowAsync(visit);
        var before = (await PixelAsync(map, Right))[3];

        await visit.Page.GetByLabel("Opacity").FillAsync("20");
        Assert.InRange((await PixelAsync(map, Right))[3], 1, before / 2);

        await visit.Page.RunAndWaitForResponseAsync(
            () => visit.Page.GetByLabel("What speaks for").SelectOptionAsync("red"), response => response.Url.EndsWith("/explain?model=color%3A1&class=0", StringComparison.Ordinal));
        await Visit.HasAsync(visit.Card("halves.png"), "The network did not see the darkened part.");
        Assert.NotEqual(0, (await PixelAsync(map, Left))[3]);
        Assert.Equal(0, (await PixelAsync(map, Right))[3]);

        await visit.Button("Heat map").ClickAsync();
        await Assertions.Expect(map).ToBeHiddenAsync();
    });

    [Fact]
    public Task HeatMap_OfAnotherOpacityWhileItIsComputed_IsAskedForOnce() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        var (asked, moved) = (0, new TaskCompletionSource());
        await visit.Page.RouteAsync("**/explain?*", async route =>
        {
            asked++;
            await moved.Task;
            await route.ContinueAsync();
        });
        await visit.OpenAsync();
        await visit.ChooseAsync(Pictures.Halves());
        await visit.Page.RunAndWaitForRequestAsync(() => visit.Button("Heat map").ClickAsync(), request => request.Url.Contains("/explain", StringComparison.Ordinal));
        await visit.Page.GetByLabel("Opacity").FillAsync("20");
        moved.SetResult();

        var map = visit.Card("halves.png").Locator("canvas");
        await Assertions.Expect(map).ToBeVisibleAsync();
        Assert.Equal(1, asked);
        Assert.InRange((await PixelAsync(map, Right))[3], 1, 60);
    });

    [Fact]
    public Task HeatMap_OnAPhone_IsInSightOfItsControls() => Visit.InAsync(
        chromium, models.Service,
        async visit =>
        {
            var map = await ShowAsync(visit);
            await visit.Page.GetByLabel("Opacity").EvaluateAsync("slider => slider.scrollIntoView({ block: 'end' })");

            await Assertions.Expect(map).ToBeInViewportAsync(new() { Ratio = 0.9f });
        },
        new() { ViewportSize = new() { Width = 360, Height = 300 } });

    [Fact]
    public Task HeatMap_OfAClassThatNothingSpeaksFor_SaysSo() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.OpenAsync();
        await visit.ChooseAsync(Pictures.Red());
        await visit.Button("Heat map").ClickAsync();
        await visit.Page.GetByLabel("What speaks for").SelectOptionAsync("green");

        await Visit.HasAsync(visit.Card("red.png"), "Nothing in this photograph speaks for green.");
    });

    [Fact]
    public Task HeatMap_OfOneModel_GivesWayToThatOfTheOther() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.OpenAsync("/?model=color:1&with=mirror:1");
        await visit.ChooseAsync(Pictures.Red());
        var toggles = visit.Button("Heat map");
        // Either model may answer first, and its switch is the first then.
        await Assertions.Expect(toggles).ToHaveCountAsync(2);
        await toggles.Nth(0).ClickAsync();
        await toggles.Nth(1).ClickAsync();

        await Assertions.Expect(toggles.Nth(0)).ToHaveAttributeAsync("aria-pressed", "false");
        await Assertions.Expect(toggles.Nth(1)).ToHaveAttributeAsync("aria-pressed", "true");
        await Assertions.Expect(visit.Card("red.png").Locator("canvas")).ToBeVisibleAsync();
    });

    [Fact]
    public async Task HeatMap_OfAModelThatCannotExplain_IsNotOffered()
    {
        using var service = new ServiceHost();
        await Visit.InAsync(chromium, service, async visit =>
        {
            await visit.OpenAsync();
            await visit.ChooseAsync(Pictures.Red());

            await Assertions.Expect(visit.Button("Copy JSON")).ToBeVisibleAsync();
            await Assertions.Expect(visit.Button("Heat map")).ToHaveCountAsync(0);
        });
    }

    private static async Task<ILocator> ShowAsync(Visit visit)
    {
        await visit.OpenAsync();
        await visit.ChooseAsync(Pictures.Halves());
        await visit.Button("Heat map").ClickAsync();
        var map = visit.Card("halves.png").Locator("canvas");
        await Assertions.Expect(map).ToBeVisibleAsync();
        return map;
    }

    /// <summary>Red, green, blue and alpha, 0 to 255, at a place of the photograph.</summary>
    private static Task<int[]> PixelAsync(ILocator map, (int X, int Y) place) => map.EvaluateAsync<int[]>(
        """
        (canvas, [x, y]) => {
          const pixel = new OffscreenCanvas(1, 1).getContext('2d');
          pixel.drawImage(canvas, -x, -y);
          return [...pixel.getImageData(0, 0, 1, 1).data];
        }
        """,
        new[] { place.X, place.Y });
}
