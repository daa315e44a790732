using System.Text.Json;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace ResNetService.Browser.Tests;

public sealed class AccessibilityTests(Chromium chromium, TwoModels models) : IClassFixture<TwoModels>
{
    private static readonly HashSet<string> Interactive =
    [
        "button", "link", "textbox", "searchbox", "combobox", "listbox", "option", "MenuListPopup", "slider", "spinbutton", "checkbox", "radio",
        "switch", "tab", "menuitem", "DisclosureTriangle", "dialog", "progressbar", "image", "img",
    ];

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 375)]
    public Task FullPage_BreaksNoRuleOfAxe(ColorScheme scheme, int width) => Visit.InAsync(
        chromium, models.Service,
        async visit =>
        {
            await FillAsync(visit);
            await AssertAxeAsync(visit);
            await visit.Button("Use the camera").ClickAsync();
            await Assertions.Expect(visit.Button("Take photograph")).ToBeEnabledAsync();
            await AssertAxeAsync(visit);
        },
        Window(scheme, width));

    [Fact]
    public Task FullPage_HasNoControlWithoutAName() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await FillAsync(visit);
        var devTools = await visit.Page.Context.NewCDPSessionAsync(visit.Page);
        var tree = (await devTools.SendAsync("Accessibility.getFullAXTree"))!.Value;
        var controls = tree.GetProperty("nodes").EnumerateArray()
            .Where(node => !node.GetProperty("ignored").GetBoolean() && Interactive.Contains(Text(node, "role")))
            .Select(node => (Role: Text(node, "role"), Name: Text(node, "name")))
            .ToArray();

        Assert.True(controls.Length > 25, string.Join(", ", controls));
        Assert.DoesNotContain(controls, control => control.Role != "MenuListPopup" && string.IsNullOrWhiteSpace(control.Name));
    });

    [Fact]
    public Task FullPage_EveryFocusableElement_ShowsItsFocus() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await FillAsync(visit);
        var seen = new HashSet<string>();
        await visit.Page.EvaluateAsync("document.activeElement.blur()");
        for (var presses = 0; presses < 60; presses++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            var (name, outline) = Pair(await visit.Page.EvaluateAsync<string[]>(
                """
                () => {
                  const one = document.activeElement;
                  const shown = one.id === 'files' ? one.labels[0] : one;
                  return [one.tagName + (one.id || one.ariaLabel || one.textContent), one === document.body ? 'solid' : getComputedStyle(shown).outlineStyle];
                }
                """));
            Assert.True(outline is not "none", $"{name} does not show that it has the focus.");
            seen.Add(name);
        }

        Assert.True(seen.Count > 20, string.Join(", ", seen));
    });

    [Theory]
    [InlineData(320)]
    [InlineData(390)]
    [InlineData(768)]
    [InlineData(1440)]
    public Task FullPage_OfAnyWidth_DoesNotScrollSideways(int width) => Visit.InAsync(
        chromium, models.Service,
        async visit =>
        {
            await FillAsync(visit);

            var wide = await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            Assert.InRange(wide, 1, width);
        },
        Window(ColorScheme.Light, width));

    [Fact]
    public Task ReducedMotion_MovesNothing() => Visit.InAsync(
        chromium, models.Service,
        async visit =>
        {
            await FillAsync(visit);
            Assert.Equal("none", await visit.Page.Locator(".bar").First.EvaluateAsync<string>("bar => getComputedStyle(bar, '::before').animationName"));
        },
        new() { ReducedMotion = ReducedMotion.Reduce });

    [Fact]
    public Task Schemes_AreLightAndDark() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.OpenAsync();
        var light = await GroundAsync(visit);
        await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });

        Assert.Equal("rgb(245, 246, 248)", light);
        Assert.Equal("rgb(17, 21, 26)", await GroundAsync(visit));
    });

    /// <summary>Everything that the page can show: two models, an answer with its heat map, an error, the live panel, the facts.</summary>
    private static async Task FillAsync(Visit visit)
    {
        await visit.OpenAsync("/?model=color:1&with=mirror:1");
        await visit.ChooseAsync(Pictures.Red(), Pictures.Text("a-very-long-name-of-a-file-that-nobody-would-give-to-a-photograph-but-a-program.txt"));
        await Assertions.Expect(visit.Page.Locator(".bars")).ToHaveCountAsync(2);
        await Assertions.Expect(visit.Page.Locator(".problem")).ToHaveCountAsync(2);
        await visit.Button("Heat map").First.ClickAsync();
        await visit.Page.Locator("#live summary").ClickAsync();
        await visit.Page.Locator("#facts summary").First.ClickAsync();
        await Visit.HasAsync(visit.Page.Locator("#live"), "images/s");
        await Assertions.Expect(visit.Page.Locator("canvas").First).ToBeVisibleAsync();
    }

    private static async Task AssertAxeAsync(Visit visit)
    {
        var result = await visit.Page.RunAxe();
        Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.Select(Describe)));
    }

    private static string Describe(AxeResultItem violation) =>
        $"{violation.Id}: {violation.Help}: {string.Join("; ", violation.Nodes.Select(node => node.Html))}";

    private static BrowserNewContextOptions Window(ColorScheme scheme, int width) =>
        new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 900 }, ReducedMotion = ReducedMotion.Reduce };

    private static string Text(JsonElement node, string property) =>
        node.TryGetProperty(property, out var value) && value.TryGetProperty("value", out var text) ? text.ToString() : "";

    private static (string, string) Pair(string[] two) => (two[0], two[1]);

    private static Task<string> GroundAsync(Visit visit) => visit.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
}
