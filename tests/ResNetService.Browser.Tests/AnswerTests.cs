using Microsoft.Playwright;
using ResNetService.Api.Tests;

namespace ResNetService.Browser.Tests;

public sealed class AnswerTests(Chromium chromium, TwoModels models) : IClassFixture<TwoModels>
{
    [Fact]
    public Task Photograph_Chosen_IsAnsweredWithBarsTimesAndSize() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.OpenAsync();
        await visit.ChooseAsync(Pictures.Red());

        var card = visit.Card("red.png");
        await Assertions.Expect(card.Locator(".bars li")).ToHaveCountAsync(3);
        await Visit.HasAsync(card.Locator(".bars li").First, "red");
        await Visit.HasAsync(card.Locator(".bars li").First, "100.0 %");
        await Visit.HasAsync(card, "64 × 48 pixels");
        await Visit.HasAsync(card.Locator(".times"), "Round trip");
        await Visit.HasAsync(visit.Page.Locator("#spoken"), "red.png: red, 100 percent");
        Assert.True(await card.GetByRole(AriaRole.Img, new() { Name = "Preview of red.png" }).EvaluateAsync<bool>("picture => picture.decode().then(() => picture.naturalWidth === 64)"));
    });

    [Fact]
    public Task Photograph_AfterOthers_IsSpokenWithItsAnswer() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        var spoken = visit.Page.Locator("#spoken");
        await visit.OpenAsync("/?model=color:1&with=mirror:1");
        await visit.ChooseAsync(Pictures.Red());
        await Assertions.Expect(spoken).ToHaveTextAsync("red.png: red, 100 percent. They disagree: red and cyan.");
        await visit.ChooseAsync(Pictures.Blue());

        await Assertions.Expect(spoken).ToHaveTextAsync("blue.png: blue, 100 percent. Both say blue; 2 of the best 3 classes are the same.");
    });

    [Fact]
    public Task Photographs_OneOfThemBroken_EachHaveTheirOwnAnswer() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.OpenAsync();
        await visit.ChooseAsync(Pictures.Red(), Pictures.Broken(), Pictures.Blue());

        await Visit.HasAsync(visit.Card("red.png").Locator(".bars li").First, "red");
        await Visit.HasAsync(visit.Card("blue.png").Locator(".bars li").First, "blue");
        await Visit.HasAsync(visit.Card("broken.png").Locator(".problem"), "The picture is damaged. Open it in another program and save it again.");
        await Visit.HasAsync(visit.Page.Locator("#tally-words"), "3 photographs, 1 without an answer");
    });

    [Fact]
    public Task Photograph_Removed_LeavesTheOthersAndTheFocusBesideIt() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.OpenAsync();
        await visit.ChooseAsync(Pictures.Red(), Pictures.Blue());
        await visit.Button("Remove red.png").ClickAsync();

        await Assertions.Expect(visit.Card("red.png")).ToHaveCountAsync(0);
        await Assertions.Expect(visit.Button("Remove blue.png")).ToBeFocusedAsync();
        await Visit.HasAsync(visit.Page.Locator("#tally-words"), "1 photograph");

        await visit.Button("Clear all").ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".card")).ToHaveCountAsync(0);
        await Assertions.Expect(visit.Page.Locator("#files")).ToBeFocusedAsync();
    });

    [Fact]
    public Task BestClasses_Fewer_AreAskedForAgain() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.OpenAsync();
        await visit.ChooseAsync(Pictures.Red());
        await Assertions.Expect(visit.Page.Locator(".bars li")).ToHaveCountAsync(3);

        await visit.Page.GetByLabel("Best classes", new() { Exact = true }).FillAsync("1");
        await visit.Page.Keyboard.PressAsync("Tab");

        await Assertions.Expect(visit.Page.Locator(".bars li")).ToHaveCountAsync(1);
        Assert.EndsWith("?model=color:1&k=1", visit.Page.Url, StringComparison.Ordinal);
    });

    [Fact]
    public Task BestClasses_SteppedThrough_AreAskedForOnce() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.Page.Clock.InstallAsync();
        await visit.OpenAsync();
        await visit.ChooseAsync(Pictures.Red());
        await Assertions.Expect(visit.Page.Locator(".bars li")).ToHaveCountAsync(3);
        await PauseAsync(visit);
        var asked = new List<string>();
        visit.Page.Request += (_, request) => asked.AddRange(IsClassify(request) ? [request.Url] : []);

        var best = visit.Page.GetByLabel("Best classes", new() { Exact = true });
        await best.PressAsync("ArrowDown");
        await best.PressAsync("ArrowDown");
        await visit.Page.Clock.RunForAsync(1000);

        await Assertions.Expect(visit.Page.Locator(".bars li")).ToHaveCountAsync(1);
        Assert.EndsWith("topK=1", Assert.Single(asked), StringComparison.Ordinal);
    });

    [Fact]
    public Task Photographs_Dozens_AreAskedAnotherModelInSteps() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.Page.Clock.InstallAsync();
        await visit.OpenAsync();
        await visit.ChooseAsync([.. Enumerable.Range(0, 25).Select(number => Pictures.Red($"{number}.png"))]);
        await Assertions.Expect(Best("red")).ToHaveCountAsync(25);
        await PauseAsync(visit);
        await visit.Model.SelectOptionAsync("mirror");

        await Assertions.Expect(Best("cyan")).ToHaveCountAsync(20);
        await Assertions.Expect(Best("red")).ToHaveCountAsync(5);
        await visit.Page.Clock.ResumeAsync();
        await Assertions.Expect(Best("cyan")).ToHaveCountAsync(25);

        ILocator Best(string label) => visit.Page.Locator(".bars li:first-child", new() { HasText = label });
    });

    [Fact]
    public async Task Photograph_SeenBefore_IsSaidToBe()
    {
        using var service = new ServiceHost(new() { ["Cache:Enabled"] = "true" });
        await Visit.InAsync(chromium, service, async visit =>
        {
            const string kept = "The service has seen this photograph before and kept the answer.";
            await visit.OpenAsync();
            await visit.ChooseAsync(Pictures.Red());
            await Visit.HasAsync(visit.Card("red.png").Locator(".times"), "Inference");
            await Assertions.Expect(visit.Card("red.png")).Not.ToContainTextAsync(kept);

            await visit.ChooseAsync(Pictures.Red("again.png"));
            await Visit.HasAsync(visit.Card("again.png"), kept);
            await Visit.HasAsync(visit.Card("again.png").Locator(".bars li").First, "red");

            await visit.Page.Locator("#live summary").ClickAsync();
            await Visit.HasAsync(visit.Page.Locator("#live"), "Kept answers: there was one for 50.0 % of 2 images");
        });
    }

    [Fact]
    public Task Example_IsAPhotographOfTheServiceItself() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.OpenAsync();
        await visit.Button("Try an example").ClickAsync();

        await Visit.HasAsync(visit.Card("cat.jpg"), "451 × 300 pixels");
    });

    [Fact]
    public Task Photographs_Dozens_AreAskedAFewAtATime() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        var (now, most) = (0, 0);
        visit.Page.Request += (_, request) => most = Math.Max(most, IsClassify(request) ? Interlocked.Increment(ref now) : now);
        visit.Page.RequestFinished += (_, request) => Interlocked.Add(ref now, IsClassify(request) ? -1 : 0);
        await visit.OpenAsync();

        await visit.ChooseAsync([.. Enumerable.Range(0, 60).Select(number => Pictures.Red($"{number}.png"))]);

        await Assertions.Expect(visit.Page.Locator("#tally-words")).ToHaveTextAsync("60 photographs");
        await Assertions.Expect(visit.Page.Locator(".bars")).ToHaveCountAsync(60);
        Assert.InRange(most, 2, 4);
    });

    private static Task PauseAsync(Visit visit) => visit.Page.Clock.PauseAtAsync(TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1));

    private static bool IsClassify(IRequest request) => request.Url.Contains("/classify", StringComparison.Ordinal);
}
