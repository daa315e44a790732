using System.Net;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using ResNetService.Api.Tests.Faults;
using ResNetService.Api.Tests.OpenInference;

namespace ResNetService.Api.Tests.Models;

/// <summary>Models that are loaded by the first request for them, as callers see it.</summary>
public sealed class LoadOnRequestTests : IDisposable
{
    private readonly FaultyBackend _backend = new();
    private readonly TinyModelRepository _models = TinyModelRepository.WithColor().Add("other", "1").Add("third", "1");

    public void Dispose()
    {
        if (Directory.Exists(_models.Path))
            _models.Dispose();
    }

    [Fact]
    public async Task FirstRequest_LoadsTheModel_WhichSaysSo()
    {
        using var host = Host();
        Assert.Equal(["color:ready", "other:unloaded", "third:unloaded"], await StatesAsync(host));
        Assert.True((await host.Client.GetJsonAsync("/v2/models/other/ready")).GetProperty("ready").GetBoolean());

        Assert.Equal("other", await ClassifyAsync(host, "other"));

        Assert.Equal(["color:ready", "other:ready", "third:unloaded"], await StatesAsync(host));
    }

    [Fact]
    public async Task FirstRequests_AtOnce_AreAllAnswered_ByOneLoad()
    {
        var loads = 0;
        using var host = Host();
        _backend.OnLoad = _ => Interlocked.Increment(ref loads);

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => ClassifyAsync(host, "other")));

        Assert.All(answers, model => Assert.Equal("other", model));
        Assert.Equal(1, loads);
    }

    [Fact]
    public async Task MemoryBudget_HasTheModelThatWasAskedForLongestAgoGo_AndComeBack()
    {
        var bytes = Directory.GetFiles(Path.Combine(_models.Path, "color"), "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
        using var host = Host(("Models:MemoryBudget", $"{2 * 3 * bytes}"));

        foreach (var (asked, waits) in new[] { ("other", "third"), ("third", "other"), ("other", "third") })
        {
            Assert.Equal(asked, await ClassifyAsync(host, asked));
            Assert.Equal(((string[])["color:ready", $"{asked}:ready", $"{waits}:unloaded"]).Order(), await StatesAsync(host));
        }
    }

    [Theory]
    [InlineData("/classify?model=other", false)]
    [InlineData("/classify?model=other", true)]
    [InlineData("/models/other", false)]
    [InlineData("/v2/models/other/infer", false)]
    public async Task DeadlineOfTheCaller_IsHeld_WhileTheModelIsLoaded(string route, bool keepsAnswers)
    {
        using var isLoading = new SemaphoreSlim(0);
        using var goesOn = new ManualResetEventSlim();
        var time = new FakeTimeProvider();
        using var host = Host(time, ("Cache:Enabled", $"{keepsAnswers}"));
        _backend.OnLoad = _ =>
        {
            isLoading.Release();
            goesOn.Wait(TestContext.Current.CancellationToken);
        };

        var asked = AskAsync(host, route, "20000");
        await isLoading.WaitAsync(TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(20));
        using var late = await asked;
        var detail = await late.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        goesOn.Set();

        Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode);
        Assert.Contains("the model is being loaded", detail, StringComparison.Ordinal);
        using var answered = await AskAsync(host, route, "60000");
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
    }

    /// <summary>Three models, of which the default alone is loaded.</summary>
    private ServiceHost Host(params (string Key, string Value)[] settings) => Host(TimeProvider.System, settings);

    private ServiceHost Host(TimeProvider time, params (string Key, string Value)[] settings) => new(
        new(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))) { ["Models:LoadOnRequest"] = "true" },
        services =>
        {
            _backend.Replace(services);
            services.Replace(ServiceDescriptor.Singleton(time));
        },
        _models);

    private static async Task<string> ClassifyAsync(ServiceHost host, string model) =>
        (await host.Client.PostAsync(Replies.Raw(Replies.Red), $"?model={model}")).Text("model");

    private static async Task<HttpResponseMessage> AskAsync(ServiceHost host, string route, string milliseconds)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = route.StartsWith("/v2", StringComparison.Ordinal) ? Replies.Json(V2.RedJson) : Replies.Raw(Replies.Red) };
        request.Headers.Add("X-Deadline-Ms", milliseconds);
        return await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task<IEnumerable<string>> StatesAsync(ServiceHost host) =>
        (await host.Client.GetJsonAsync("/models")).GetProperty("models").EnumerateArray().Select(model => $"{model.Text("name")}:{model.Text("state")}");
}
