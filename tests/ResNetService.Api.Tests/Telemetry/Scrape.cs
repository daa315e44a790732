using System.Net;

namespace ResNetService.Api.Tests.Telemetry;

/// <summary>What Prometheus is given.</summary>
internal static class Scrape
{
    /// <summary>What it asks for if it can have it.</summary>
    public const string OpenMetrics = "application/openmetrics-text;version=1.0.0";

    /// <summary>What is collected is given again for so long; Prometheus never comes as soon.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMilliseconds(300);

    /// <returns>The media type and the text.</returns>
    public static async Task<(string? Type, string Text)> GetAsync(HttpClient client, string accept = "text/plain")
    {
        await Task.Delay(Kept + TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The lines of the series whose names begin so.</summary>
    public static async Task<string[]> SeriesAsync(HttpClient client, params string[] prefixes) =>
        [.. (await GetAsync(client)).Text.Split('\n').Where(line => prefixes.Any(prefix => line.StartsWith(prefix, StringComparison.Ordinal)))];
}
