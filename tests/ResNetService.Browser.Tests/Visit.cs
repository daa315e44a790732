using System.Collections.Concurrent;
using Microsoft.Playwright;
using ResNetService.Api.Tests;

namespace ResNetService.Browser.Tests;

/// <summary>A browser window with the page of a service. At its end it must have asked nothing of other hosts and left no error in the console.</summary>
internal sealed class Visit
{
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private Visit(IPage page, Uri address)
    {
        (Page, Address) = (page, address);
        page.Request += (_, request) => _requests.Enqueue(request.Url);
        page.PageError += (_, error) => _errors.Enqueue(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning" && !IsRefusal(message.Text))
                _errors.Enqueue(message.Text);
        };
    }

    public IPage Page { get; }

    public Uri Address { get; }

    public ILocator Model => Page.Locator("#model");

    public static async Task InAsync(Chromium chromium, ServiceHost service, Func<Visit, Task> act, BrowserNewContextOptions? options = null)
    {
        var browser = await chromium.StartedAsync();
        await using var context = await browser.NewContextAsync(options);
        context.SetDefaultTimeout(Chromium.LongestWait);
        await context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        var visit = new Visit(await context.NewPageAsync(), service.Client.BaseAddress!);
        await act(visit);

        Assert.All(visit._requests, address => Assert.True(visit.IsOwn(new Uri(address)), $"The page asked for {address}."));
        Assert.Empty(visit._errors);
    }

    /// <summary>Returns when the models are there.</summary>
    public async Task OpenAsync(string pathAndQuery = "/")
    {
        await Page.GotoAsync(new Uri(Address, pathAndQuery).AbsoluteUri);
        await Assertions.Expect(Model).ToBeEnabledAsync();
    }

    public Task ChooseAsync(params FilePayload[] files) => Page.SetInputFilesAsync("#files", files);

    /// <summary>Files and folders of this machine, drawn onto the page and let go.</summary>
    public async Task DropAsync(params string[] paths)
    {
        var target = (await Page.Locator("#drop").BoundingBoxAsync())!;
        var devTools = await Page.Context.NewCDPSessionAsync(Page);
        foreach (var type in new[] { "dragEnter", "dragOver", "drop" })
        {
            await devTools.SendAsync("Input.dispatchDragEvent", new()
            {
                ["type"] = type,
                ["x"] = target.X + (target.Width / 2),
                ["y"] = target.Y + 20,
                ["data"] = new Dictionary<string, object> { ["items"] = Array.Empty<object>(), ["files"] = paths, ["dragOperationsMask"] = 1 },
            });
        }
    }

    public Task<string> ClipboardAsync() => Page.EvaluateAsync<string>("navigator.clipboard.readText()");

    public ILocator Card(string name) => Page.Locator(".card", new() { Has = Page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true }) });

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public static Task HasAsync(ILocator locator, string text) => Assertions.Expect(locator).ToContainTextAsync(text);

    private bool IsOwn(Uri address) => address.Scheme is "blob" or "data" || address.Authority == Address.Authority;

    /// <summary>The browser notes each status of 400 and above, and each lost connection, although the page has dealt with it.</summary>
    private static bool IsRefusal(string text) => text.StartsWith("Failed to load resource:", StringComparison.Ordinal);
}
