using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using ResNetService.Api.Tests.Faults;
using ResNetService.Api.Tests.OpenInference;

namespace ResNetService.Api.Tests.Models;

/// <summary>Versions that take each other's place while callers ask for the model, by each protocol and with kept answers too.</summary>
public sealed class ModelSwapTests : IDisposable
{
    private const int Swaps = 50;

    private readonly TinyModelRepository _models = new TinyModelRepository().Add("color", "1");

    public void Dispose()
    {
        if (Directory.Exists(_models.Path))
            _models.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FiftySwaps_UnderLoad_FailNoRequest(bool keepsAnswers)
    {
        using var host = new ServiceHost(
            new() { ["Models:WatchInterval"] = "00:00:00.02", ["Cache:Enabled"] = keepsAnswers.ToString() }, models: _models);
        using var done = new CancellationTokenSource();
        var versions = new ConcurrentBag<int>();
        Task[] callers =
        [
            CallAsync(() => host.Client.PostAsync(Replies.Raw(Replies.Red)), Classified),
            CallAsync(() => host.Client.PostAsync(Replies.Form(("a", Replies.Red), ("b", Replies.Red))), Classified),
            CallAsync(() => host.Client.PostAsync(Replies.Json(V2.RedJson), route: "/v2/models/color/infer"), _ => null),
            CallAsync(() => host.Client.GetJsonAsync("/v2/models/color"), metadata => metadata.GetProperty("versions").EnumerateArray().Last().GetString()),
        ];

        for (var version = 2; version <= Swaps + 1; version++)
        {
            Add(version);
            while (await ServedVersionAsync(host) != version)
                await Task.Yield();
        }

        await done.CancelAsync();
        await Task.WhenAll(callers);
        Assert.True(versions.Distinct().Count() > Swaps / 2, "the callers saw the versions come");

        async Task CallAsync(Func<Task<JsonElement>> ask, Func<JsonElement, string?> versionOf)
        {
            var newest = 0;
            while (!done.IsCancellationRequested)
            {
                if (versionOf(await ask()) is not { } text)
                    continue;
                var version = int.Parse(text, CultureInfo.InvariantCulture);
                Assert.True(version >= newest, "no caller goes back to an older version");
                versions.Add(newest = version);
            }
        }
    }

    /// <summary>Where nobody watches the folder, other options are a reason to look, until its files have settled.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Version_ThatNobodyWatchesFor_ServesOnceOptionsHaveChanged()
    {
        using var host = new ServiceHost(new() { ["Models:WatchInterval"] = "0" }, models: _models);
        Add(2);

        ((IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>()).Reload();

        while (await ServedVersionAsync(host) != 2)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    /// <summary>Whether anybody watches the folder or not: the files are the same.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Load_ThatFailedForAReasonThatPasses_IsTriedAgain_ThoughNobodyWatches()
    {
        var backend = new FaultyBackend();
        var loads = 0;
        backend.OnLoad = graph =>
        {
            if (graph.Contains("other", StringComparison.Ordinal) && Interlocked.Increment(ref loads) == 1)
                throw new InsufficientMemoryException("the test wants it so");
        };
        _models.Add("other", "1");
        using var host = new ServiceHost(new() { ["Models:WatchInterval"] = "0", ["Models:Default"] = "color" }, backend.Replace, _models);
        Assert.False((await host.Client.GetJsonAsync("/v2/models/other/ready", HttpStatusCode.ServiceUnavailable)).GetProperty("ready").GetBoolean());

        while (Volatile.Read(ref loads) < 2 || (await host.Client.GetJsonAsync("/models/other")).Text("state") != "ready")
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    /// <summary>Half of the versions are of another graph.</summary>
    private void Add(int version)
    {
        var name = version.ToString(CultureInfo.InvariantCulture);
        if (version % 2 == 0)
            _models.AddWithFeatures("color", name + ".part");
        else
            _models.Add("color", name + ".part");
        Directory.Move(Path.Combine(_models.Path, "color", name + ".part"), Path.Combine(_models.Path, "color", name));
    }

    private static string Classified(JsonElement reply)
    {
        Assert.All(reply.GetProperty("results").EnumerateArray(), result => Assert.Equal("red", result.GetProperty("predictions")[0].Text("label")));
        return reply.Text("version");
    }

    private static async Task<int> ServedVersionAsync(ServiceHost host)
    {
        var models = (await host.Client.GetJsonAsync("/models")).GetProperty("models").EnumerateArray();
        return int.Parse(models.Last(model => model.Text("state") == "ready").Text("version"), CultureInfo.InvariantCulture);
    }
}
