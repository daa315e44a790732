using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace ResNetService.Browser.Tests;

/// <summary>What the page expects of <c>/explain</c> and <c>/stats</c>, where the tiny models have nothing to say.</summary>
internal static class Contract
{
    /// <summary>Every model explains; the class is seen in one cell of two by two, over the centre square of a picture of 64 x 48.</summary>
    public static async Task ExplainsAsync(IPage page)
    {
        await page.RouteAsync("**/models", async route =>
        {
            var reply = await route.FetchAsync();
            var models = JsonNode.Parse(await reply.TextAsync())!;
            foreach (var model in models["models"]!.AsArray())
                model!["capabilities"] = new JsonArray("classify", "explain");
            await route.FulfillAsync(new() { Response = reply, Body = models.ToJsonString() });
        });
        await page.RouteAsync("**/explain?*", route => route.FulfillAsync(new() { ContentType = "application/json", Body = Explanation }));
    }

    public static Task ReportsAsync(IPage page)
    {
        var asked = 0;
        return page.RouteAsync("**/stats", route => route.FulfillAsync(new() { ContentType = "application/json", Body = Figures(++asked) }));
    }

    private const string Explanation = """
        {"model":"color","version":"1","provider":"cpu","precision":"fp32",
         "results":[{"name":"red.png","width":64,"height":48,"prediction":{"index":0,"label":"red","probability":1},
           "map":{"rows":2,"columns":2,"values":[[2.5,-1],[-3,-0.5]]},
           "region":{"left":8,"top":0,"width":48,"height":48},"error":null}],
         "timings":{"decodeMs":1,"queueMs":0,"inferenceMs":1,"totalMs":2}}
        """;

    private static string Figures(int asked)
    {
        var latency = asked == 1 ? "null" : """{"p50Ms":3.2,"p95Ms":8.1,"p99Ms":12}""";
        return string.Create(CultureInfo.InvariantCulture, $$"""
            {"uptimeSeconds":{{asked}},"models":[
             {"name":"color","version":"1","held":3,"capacity":512,"running":1,"answered":{{1230 + asked}},"failed":2,"batches":345,
              "imagesPerSecond":{{40 + asked}}.5,"latency":{{latency}} }]}
            """);
    }
}
