using System.Collections.Concurrent;
using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Processes;

namespace ResNetService.Benchmarks.Tests.LoadGeneration;

public sealed class WrkTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Wrk_SendsImagesAndQueriesInTurn_AndReportsWhatItSaw()
    {
        Assert.SkipWhen(Tools.Find("wrk") is null, "needs wrk");
        using var photographs = Photographs.Read(Path.Combine(Repository.Root, "samples"));
        var (seen, lengths) = (new ConcurrentBag<string>(), new ConcurrentBag<long>());
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            seen.Add($"{context.Request.ContentType} {context.Request.QueryString}");
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            lengths.Add(context.Request.ContentLength ?? 0);
        });
        var queries = Path.GetTempFileName();
        await File.WriteAllLinesAsync(queries, ["?model=a", "?model=b"], Token);

        var result = await Wrk.RunAsync(server.Classify, photographs.ListFile, concurrency: 2, seconds: 1, Token, queries);
        File.Delete(queries);

        Assert.InRange(result.Requests, 1, seen.Count);
        Assert.InRange(result.P50, 1, result.P99);
        Assert.Equal(["image/jpeg ?model=a", "image/jpeg ?model=b"], seen.Distinct().Order());
        Assert.Equal(photographs.Encoded.Select(image => (long)image.Length).Order(), lengths.Distinct().Order());
    }
}
