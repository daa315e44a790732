using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(ResNetService.Browser.Tests.Chromium))]

namespace ResNetService.Browser.Tests;

/// <summary>One browser for all tests, with a camera that shows a test picture. Each visit has its own profile.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    /// <summary>No sandbox, which root cannot have; nothing that a browser does of its own accord.</summary>
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
    ];

    /// <summary>In milliseconds. Tests share the machine with each other, and a page that lost its service waits longer each time.</summary>
    public const int LongestWait = 60_000;

    private readonly SemaphoreSlim _once = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Skips the running test where the machine has no such browser.</summary>
    public async Task<IBrowser> StartedAsync()
    {
        var executable = Find();
        Assert.SkipWhen(executable is null, $"needs one of {string.Join(", ", Names)} on the PATH");
        await _once.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            Assertions.SetDefaultExpectTimeout(LongestWait);
            _playwright ??= await Playwright.CreateAsync();
            return _browser ??= await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = executable, Args = Arguments });
        }
        finally
        {
            _once.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        _once.Dispose();
    }

    private static string? Find()
    {
        var places = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return Names.SelectMany(name => places.Select(place => Path.Combine(place, name))).FirstOrDefault(File.Exists);
    }
}
