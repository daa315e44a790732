using Microsoft.Playwright;
using ResNetService.Api.Tests;

namespace ResNetService.Browser.Tests;

public sealed class ModelTests(Chromium chromium, TwoModels models) : IClassFixture<TwoModels>
{
    [Fact]
    public Task Model_Chosen_AnswersAgainAndTellsItsFacts() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.OpenAsync();
        await visit.ChooseAsync(Pictures.Red());
        await Visit.HasAsync(visit.Page.Locator(".bars li").First, "red");

        await visit.Model.SelectOptionAsync("mirror");

        await Visit.HasAsync(visit.Page.Locator(".bars li").First, "cyan");
        await visit.Page.Locator("#facts summary").ClickAsync();
        var facts = visit.Page.Locator("#facts");
        await Visit.HasAsync(facts, "This model knows cyan, green, and blue; anything else it takes for one of these.");
        foreach (var fact in new[] { "mean-color", "fp32", "cpu", "8 × 8 pixels", "not measured", "MIT", "made by a test" })
            await Visit.HasAsync(facts, fact);
    });

    [Fact]
    public async Task OneModel_HasNothingToBeComparedWith()
    {
        using var service = new ServiceHost();
        await Visit.InAsync(chromium, service, async visit =>
        {
            await visit.OpenAsync();

            await Assertions.Expect(visit.Page.Locator("#other")).ToBeHiddenAsync();
        });
    }

    [Fact]
    public Task TwoModels_Compared_StandSideBySideWithTheirAgreement() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.OpenAsync();
        await visit.ChooseAsync(Pictures.Red(), Pictures.Blue());
        await visit.Page.GetByLabel("Compare with").SelectOptionAsync("mirror");

        await Visit.HasAsync(visit.Card("red.png"), "They disagree: red and cyan.");
        await Visit.HasAsync(visit.Card("blue.png"), "Both say blue; 2 of the best 3 classes are the same.");
        await Visit.HasAsync(visit.Page.Locator("#tally-words"), "1 of 2 with the same best class");

        var answers = visit.Card("red.png").Locator(".answer");
        Assert.Equal(["color", "mirror"], await answers.GetByRole(AriaRole.Heading).AllTextContentsAsync());
        var (left, right) = ((await answers.First.BoundingBoxAsync())!, (await answers.Last.BoundingBoxAsync())!);
        await Assertions.Expect(answers.Last.GetByRole(AriaRole.List, new() { Name = "Best classes of red.png by mirror" })).ToBeVisibleAsync();
        await Assertions.Expect(answers.Last.GetByRole(AriaRole.Button, new() { Name = "Heat map" })).ToHaveAccessibleDescriptionAsync("red.png mirror");
        Assert.Equal(left.Y, right.Y);
        Assert.True(left.X + left.Width <= right.X);
    });

    [Fact]
    public Task Choice_InTheAddress_IsTakenUpAgain() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.OpenAsync("/?model=mirror:1&with=color:1&k=2");
        await visit.ChooseAsync(Pictures.Red());

        await Assertions.Expect(visit.Model).ToHaveValueAsync("mirror:1");
        await Visit.HasAsync(visit.Card("red.png"), "They disagree: cyan and red.");
        await Assertions.Expect(visit.Page.Locator(".answer >> nth=0 >> .bars li")).ToHaveCountAsync(2);
    });

    [Fact]
    public Task Choice_InTheAddressThatIsNotServed_IsSaidToBeMissing() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.OpenAsync("/?model=resnet50:1&with=mirror:1");

        var notice = visit.Page.GetByRole(AriaRole.Alert);
        await Visit.HasAsync(notice, "This service does not serve resnet50:1, which the address names.");
        await visit.Model.SelectOptionAsync("color");
        await Assertions.Expect(notice).ToBeHiddenAsync();
    });
}
