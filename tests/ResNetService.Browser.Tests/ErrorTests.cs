using Microsoft.Playwright;
using ResNetService.Api.Tests;

namespace ResNetService.Browser.Tests;

public sealed class ErrorTests(Chromium chromium, TwoModels models) : IClassFixture<TwoModels>
{
    [Fact]
    public Task File_ThatIsNoPicture_IsRefusedInWords() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.OpenAsync();
        await visit.ChooseAsync(Pictures.Text());

        var problem = visit.Card("notes.txt").Locator(".problem");
        await Visit.HasAsync(problem, "This is not a picture that the service can read. Save it as JPEG or PNG.");
        await Visit.HasAsync(problem, "accepted are JPEG, PNG");
        await Visit.HasAsync(visit.Card("notes.txt"), "The browser cannot show this file.");
    });

    [Fact]
    public async Task File_OverTheLimit_IsRefusedInWords()
    {
        using var service = new ServiceHost(new() { ["Imaging:MaxBytes"] = "100" });
        await Visit.InAsync(chromium, service, async visit =>
        {
            await visit.OpenAsync();
            await visit.ChooseAsync(Pictures.Red());

            await Visit.HasAsync(visit.Card("red.png").Locator(".problem"), "The file is too large. Save the photograph smaller and send it again.");
        });
    }

    [Fact]
    public Task File_ThatIsEmpty_IsRefusedInWords() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.OpenAsync();
        await visit.ChooseAsync(new FilePayload { Name = "nothing.png", MimeType = "image/png", Buffer = [] });

        await Visit.HasAsync(visit.Card("nothing.png").Locator(".problem"), "The file is empty. Choose another one.");
    });

    [Fact]
    public async Task Request_OverTheLimit_IsRefusedInWords()
    {
        using var service = new ServiceHost(new() { ["Requests:MaxBytes"] = "100000" });
        await Visit.InAsync(chromium, service, async visit =>
        {
            await visit.OpenAsync();
            await visit.ChooseAsync(new FilePayload { Name = "long.png", MimeType = "image/png", Buffer = new byte[3_000_000] });

            var problem = visit.Card("long.png").Locator(".problem");
            await Visit.HasAsync(problem, "The file is too large. Save the photograph smaller and send it again.");
            await Visit.HasAsync(problem, "more than 100 kB");
        });
    }

    [Fact]
    public Task BusyService_IsAskedAgainWhenItSays() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.Page.Clock.InstallAsync();
        var refused = 0;
        await visit.Page.RouteAsync("**/classify?*", route => refused++ == 0 ? route.FulfillAsync(Busy()) : route.ContinueAsync());
        await visit.OpenAsync();
        await visit.ChooseAsync(Pictures.Red());

        var notice = visit.Page.GetByRole(AriaRole.Alert);
        await Visit.HasAsync(notice, "The service is busy. Trying again in 20 s.");
        await visit.Page.Clock.FastForwardAsync(19_000);
        await Assertions.Expect(visit.Page.Locator(".bars")).ToHaveCountAsync(0);
        await visit.Page.Clock.FastForwardAsync(2_000);

        await Visit.HasAsync(visit.Page.Locator(".bars li").First, "red");
        await Assertions.Expect(notice).ToBeHiddenAsync();
    });

    [Fact]
    public Task BusyService_CanBeAskedAtOnce() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        var refused = 0;
        await visit.Page.RouteAsync("**/classify?*", route => refused++ == 0 ? route.FulfillAsync(Busy()) : route.ContinueAsync());
        await visit.OpenAsync();
        await visit.ChooseAsync(Pictures.Red());
        await visit.Button("Try now").ClickAsync();

        await Visit.HasAsync(visit.Page.Locator(".bars li").First, "red");
    });

    [Fact]
    public Task BusyService_ThatAnswersAnotherPhotographMeanwhile_IsAskedAgain() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        var (asked, noticed) = (0, new TaskCompletionSource());
        await visit.Page.RouteAsync("**/classify?*", async route =>
        {
            var request = ++asked;
            if (request == 2)
                await noticed.Task;
            await (request == 1 ? route.FulfillAsync(Busy()) : route.ContinueAsync());
        });
        await visit.OpenAsync();
        await visit.ChooseAsync(Pictures.Red(), Pictures.Blue());
        var notice = visit.Page.GetByRole(AriaRole.Alert);
        await Visit.HasAsync(notice, "The service is busy.");
        noticed.SetResult();

        await Assertions.Expect(visit.Page.Locator(".bars")).ToHaveCountAsync(1);
        await Assertions.Expect(visit.Page.Locator(".waiting")).ToHaveTextAsync("Waiting for its turn");
        await visit.Button("Try now").PressAsync("Enter");

        await Assertions.Expect(visit.Page.Locator(".bars")).ToHaveCountAsync(2);
        await Assertions.Expect(notice).ToBeHiddenAsync();
        await Assertions.Expect(visit.Page.Locator("#photographs")).ToBeFocusedAsync();
    });

    [Fact]
    public Task BusyService_AskedForAModelWhileItAnswers_IsAskedForItAgain() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        var noticed = new TaskCompletionSource();
        await visit.Page.RouteAsync(
            "**/classify?*",
            async route =>
            {
                await noticed.Task;
                await route.ContinueAsync();
            },
            new() { Times = 1 });
        await visit.Page.RouteAsync("**/models/mirror*", route => route.FulfillAsync(Busy()), new() { Times = 1 });
        await visit.OpenAsync();
        await visit.ChooseAsync(Pictures.Red());
        await visit.Page.GetByLabel("Compare with").SelectOptionAsync("mirror");
        await Visit.HasAsync(visit.Page.GetByRole(AriaRole.Alert), "The service is busy.");
        noticed.SetResult();
        await Assertions.Expect(visit.Page.Locator(".bars")).ToHaveCountAsync(1);
        await visit.Button("Try now").ClickAsync();

        await Visit.HasAsync(visit.Card("red.png"), "They disagree: red and cyan.");
    });

    [Fact]
    public async Task ServiceWithASmallQueue_AnswersAll()
    {
        using var service = new ServiceHost(new() { ["Batching:QueueCapacity"] = "2" });
        await Visit.InAsync(chromium, service, async visit =>
        {
            await visit.OpenAsync();
            await visit.ChooseAsync([.. Enumerable.Range(0, 20).Select(number => Pictures.Red($"{number}.png"))]);

            await Assertions.Expect(visit.Page.Locator(".bars")).ToHaveCountAsync(20);
        });
    }

    [Fact]
    public Task BusyService_AskedForAHeatMap_IsAskedAgain() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.Page.RouteAsync("**/explain?*", route => route.FulfillAsync(Busy()), new() { Times = 1 });
        await visit.OpenAsync();
        await visit.ChooseAsync(Pictures.Red());
        await visit.Button("Heat map").ClickAsync();
        await Visit.HasAsync(visit.Page.GetByRole(AriaRole.Alert), "The service is busy.");
        await Assertions.Expect(visit.Page.Locator("canvas")).ToBeHiddenAsync();
        await visit.Button("Try now").ClickAsync();

        await Assertions.Expect(visit.Page.Locator("canvas")).ToBeVisibleAsync();
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToBeHiddenAsync();
    });

    [Fact]
    public Task ServiceWithoutAReadyModel_IsAskedAgain() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.Page.RouteAsync("**/models", route => route.FulfillAsync(new() { ContentType = "application/json", Body = """{"models":[]}""" }), new() { Times = 1 });
        await visit.Page.GotoAsync(visit.Address.AbsoluteUri);
        await Visit.HasAsync(visit.Page.GetByRole(AriaRole.Alert), "The service has no model that is ready.");
        await visit.Button("Try now").ClickAsync();

        await Assertions.Expect(visit.Model).ToHaveValueAsync("color:1");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToBeHiddenAsync();
    });

    [Fact]
    public async Task ServiceThatRestarts_AnswersWhatWaitedForIt()
    {
        using var first = new ServiceHost();
        await Visit.InAsync(chromium, first, async visit =>
        {
            await visit.OpenAsync();
            await visit.ChooseAsync(Pictures.Red());
            await Visit.HasAsync(visit.Card("red.png").Locator(".bars li").First, "red");

            await first.DisposeAsync();
            await visit.ChooseAsync(Pictures.Blue());
            await Visit.HasAsync(visit.Page.GetByRole(AriaRole.Alert), "The service cannot be reached. It may be restarting.");

            using var second = new ServiceHost(new() { ["urls"] = visit.Address.AbsoluteUri });
            await Visit.HasAsync(visit.Card("blue.png").Locator(".bars li").First, "blue");
            await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToBeHiddenAsync();
        });
    }

    [Fact]
    public Task FailedService_CanBeTriedAgain() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.Page.RouteAsync("**/classify?*", route => route.FulfillAsync(Problem("internal", 500)), new() { Times = 1 });
        await visit.OpenAsync();
        await visit.ChooseAsync(Pictures.Red());

        await Visit.HasAsync(visit.Card("red.png").Locator(".problem"), "The service failed. The photograph may be in order.");
        await visit.Button("Try red.png again").ClickAsync();

        await Visit.HasAsync(visit.Page.Locator(".bars li").First, "red");
        await Assertions.Expect(visit.Button("Remove red.png")).ToBeFocusedAsync();
    });

    [Fact]
    public Task FailedAnswer_OfOneModel_IsAskedForAloneAgain() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        var asked = new List<string>();
        visit.Page.Request += (_, request) => asked.AddRange(request.Url.Contains("/classify", StringComparison.Ordinal) ? [request.Url] : []);
        await visit.Page.RouteAsync("**/classify?model=mirror*", route => route.FulfillAsync(Problem("internal", 500)), new() { Times = 1 });
        await visit.OpenAsync("/?model=color:1&with=mirror:1");
        await visit.ChooseAsync(Pictures.Red());
        await Assertions.Expect(visit.Page.Locator(".bars")).ToHaveCountAsync(1);
        await visit.Button("Try red.png again").ClickAsync();

        await Visit.HasAsync(visit.Card("red.png"), "They disagree: red and cyan.");
        Assert.Single(asked, address => address.Contains("model=color", StringComparison.Ordinal));
    });

    [Fact]
    public Task ServiceThatHangs_IsSaidTo() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.Page.RouteAsync("**/classify?*", _ => Task.CompletedTask);
        await visit.OpenAsync();
        await visit.Page.EvaluateAsync("AbortSignal.timeout = () => AbortSignal.abort(new DOMException('late', 'TimeoutError'))");
        await visit.ChooseAsync(Pictures.Red());

        await Visit.HasAsync(visit.Card("red.png").Locator(".problem"), "The service has not answered for a minute and a half. Try again later.");
    });

    [Fact]
    public Task BrokenConnection_OfAServiceThatLives_IsNotCalledARestart() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.Page.RouteAsync("**/classify?*", route => route.AbortAsync("connectionreset"));
        await visit.OpenAsync();
        await visit.ChooseAsync(Pictures.Red());

        await Visit.HasAsync(visit.Card("red.png").Locator(".problem"), "The connection broke while the photograph was sent.");
    });

    private static RouteFulfillOptions Busy()
    {
        var busy = Problem("queue-full", 429);
        busy.Headers = new Dictionary<string, string> { ["Retry-After"] = "20" };
        return busy;
    }

    private static RouteFulfillOptions Problem(string name, int status) => new()
    {
        Status = status,
        ContentType = "application/problem+json",
        Body = $$"""{"type":"urn:resnetservice:problem:{{name}}","title":"","status":{{status}},"detail":"Why."}""",
    };
}
