using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using ResNetService.Api.Tests;

namespace ResNetService.Browser.Tests;

/// <summary>The page of a service that asks for keys.</summary>
public sealed class KeyTests(Chromium chromium) : IDisposable
{
    /// <summary>Made by the command <c>apikey</c>, of no use but here.</summary>
    private const string Key = "rns_3cYpdgqnXMym3Tj3Up6WyBNaocdspDVIZXAgXmO0I1W1nBoCH";
    private const string Hash = "hmac-sha256:04fc27ab414e99172be0a6d2f3bb2f1a:7cfef692a9b98c15172e00a6cc80195d73eab0a12a9d3ad5aff1abf2a1165517";

    private readonly ServiceHost _service = new(new() { ["Security:Keys:visitor:Hash"] = Hash, ["Security:Keys:visitor:Scopes"] = "classify" });

    public void Dispose() => _service.Dispose();

    [Fact]
    public Task Page_AsksForAKey_AndSaysWhereOneIsNotTaken_AndGoesOnWithOneThatIs() => Visit.InAsync(chromium, _service, async visit =>
    {
        await visit.Page.GotoAsync(visit.Address.AbsoluteUri);
        var field = visit.Page.GetByLabel("Key");
        await Visit.HasAsync(visit.Page.GetByRole(AriaRole.Alert), "This service asks for a key.");
        await Assertions.Expect(field).ToBeFocusedAsync();
        var axe = await visit.Page.RunAxe();
        Assert.Empty(axe.Violations.Select(violation => $"{violation.Id}: {violation.Help}"));

        await field.FillAsync("not the key");
        await field.PressAsync("Enter");
        await Visit.HasAsync(visit.Page.GetByRole(AriaRole.Alert), "The service does not take this key.");
        await field.FillAsync(Key);
        await visit.Button("Use this key").ClickAsync();
        await Assertions.Expect(visit.Model).ToHaveValueAsync("color:1");
        await visit.ChooseAsync(Pictures.Red());

        await Visit.HasAsync(visit.Card("red.png").Locator(".bars li").First, "red");
        await Assertions.Expect(field).ToBeHiddenAsync();
        Assert.DoesNotContain(Key, visit.Page.Url, StringComparison.Ordinal);
    });

    /// <summary>A browser makes no request with such a header, and the page would take the service for gone.</summary>
    [Theory]
    [InlineData("ключ")]
    [InlineData("schlüssel")]
    [InlineData("   ")]
    public Task Text_ThatCanBeNoKey_IsToldAtTheField(string text) => Visit.InAsync(chromium, _service, async visit =>
    {
        await visit.Page.GotoAsync(visit.Address.AbsoluteUri);
        var field = visit.Page.GetByLabel("Key");
        await field.FillAsync(text);
        await field.PressAsync("Enter");

        await Visit.HasAsync(visit.Page.Locator("#key-says"), "This is no key");
        await Assertions.Expect(visit.Page.Locator("#hold")).ToBeHiddenAsync();
        await field.FillAsync(Key);
        await field.PressAsync("Enter");
        await Assertions.Expect(visit.Model).ToHaveValueAsync("color:1");
    });

    /// <summary>Figures that want a key are asked for once, and again when there is one: each question without it counts for the caller's address.</summary>
    [Fact]
    public Task Figures_WaitForTheKey() => Visit.InAsync(chromium, _service, async visit =>
    {
        await visit.Page.Clock.InstallAsync();
        var asked = 0;
        visit.Page.Request += (_, request) => asked += request.Url.EndsWith("/stats", StringComparison.Ordinal) ? 1 : 0;
        await visit.Page.GotoAsync(visit.Address.AbsoluteUri);
        var panel = visit.Page.Locator("#live");
        await panel.Locator("summary").ClickAsync();
        await Visit.HasAsync(panel, "No figures: the service asks for a key.");
        await visit.Page.Clock.RunForAsync(5000);
        Assert.Equal(1, asked);

        await visit.Page.GetByLabel("Key").FillAsync(Key);
        await visit.Page.GetByLabel("Key").PressAsync("Enter");

        await Visit.HasAsync(panel, "images/s");
    });

    [Fact]
    public Task Key_IsKeptWhileTheTabIsOpen_AndIsNotInWhatIsCopied() => Visit.InAsync(chromium, _service, async visit =>
    {
        await visit.Page.GotoAsync(visit.Address.AbsoluteUri);
        await visit.Page.GetByLabel("Key").FillAsync(Key);
        await visit.Page.GetByLabel("Key").PressAsync("Enter");
        await Assertions.Expect(visit.Model).ToBeEnabledAsync();

        await visit.OpenAsync();
        await visit.ChooseAsync(Pictures.Red());
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Copy curl", Exact = true }).ClickAsync();

        Assert.Contains("""-H "X-Api-Key: $RESNET_KEY" """, await visit.ClipboardAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(Key, await visit.ClipboardAsync(), StringComparison.Ordinal);
        await Assertions.Expect(visit.Page.GetByLabel("Key")).ToBeHiddenAsync();
    });

    [Fact]
    public Task KeyThatIsTakenAway_IsAskedForAgain_AndThePhotographWaits() => Visit.InAsync(chromium, _service, async visit =>
    {
        await visit.Page.GotoAsync(visit.Address.AbsoluteUri);
        await visit.Page.GetByLabel("Key").FillAsync(Key);
        await visit.Page.GetByLabel("Key").PressAsync("Enter");
        await Assertions.Expect(visit.Model).ToBeEnabledAsync();
        await visit.Page.EvaluateAsync("sessionStorage.setItem('resnetservice-key', 'another')");
        await visit.ChooseAsync(Pictures.Blue());
        await Visit.HasAsync(visit.Page.GetByRole(AriaRole.Alert), "The service does not take this key.");

        await visit.Page.GetByLabel("Key").FillAsync(Key);
        await visit.Page.GetByLabel("Key").PressAsync("Enter");

        await Visit.HasAsync(visit.Card("blue.png").Locator(".bars li").First, "blue");
    });

    /// <summary>Swagger's page works under the policy that it is given, with a key.</summary>
    [Fact]
    public Task Swagger_SendsTheKeyThatItIsGiven() => Visit.InAsync(chromium, _service, async visit =>
    {
        await visit.Page.GotoAsync(new Uri(visit.Address, "/swagger/index.html").AbsoluteUri);
        await visit.Page.Locator(".auth-wrapper .authorize").First.ClickAsync();
        await visit.Page.Locator(".auth-container input").FillAsync(Key);
        await visit.Page.Locator(".auth-btn-wrapper .authorize").ClickAsync();
        await visit.Page.Locator(".auth-btn-wrapper .btn-done").ClickAsync();
        await visit.Page.Locator("#operations-Models-listModels .opblock-summary-control").ClickAsync();
        await visit.Page.Locator("#operations-Models-listModels .try-out__btn").ClickAsync();
        await visit.Page.Locator("#operations-Models-listModels .execute").ClickAsync();

        await Assertions.Expect(visit.Page.Locator("#operations-Models-listModels .live-responses-table .response-col_status").Last).ToContainTextAsync("200");
    });
}
