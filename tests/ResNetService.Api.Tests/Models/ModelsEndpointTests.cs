using System.Net;
using System.Text.Json;

namespace ResNetService.Api.Tests.Models;

public sealed class ModelsEndpointTests(ModelsEndpointTests.ThreeModels fixture) : IClassFixture<ModelsEndpointTests.ThreeModels>
{
    private HttpClient Client => fixture.Host.Client;

    [Fact]
    public async Task List_HasEveryModelWithItsState()
    {
        var models = (await Client.GetJsonAsync("/models")).GetProperty("models").EnumerateArray().ToArray();

        Assert.Equal(
            [("broken", "1", "invalid"), ("color", "1", "ready"), ("color", "2", "ready")],
            models.Select(m => (m.Text("name"), m.Text("version"), m.Text("state"))).Order());
        Assert.Equal("color:2", Assert.Single(models, m => m.GetProperty("isDefault").GetBoolean()) is var d ? $"{d.Text("name")}:{d.Text("version")}" : "");
    }

    [Theory]
    [InlineData("color", "2")]
    [InlineData("color:1", "1")]
    public async Task Model_ByReference_HasManifestLabelsAndState(string reference, string version)
    {
        var model = await Client.GetJsonAsync($"/models/{reference}");

        Assert.Equal(("color", version, "ready", "cpu", "fp32"), (model.Text("name"), model.Text("version"), model.Text("state"), model.Text("provider"), model.Text("precision")));
        Assert.NotEmpty(model.Text("instructionSet"));
        Assert.Equal(TinyModelRepository.Labels, model.GetProperty("labels").EnumerateArray().Select(l => l.Text("name")));
        Assert.Equal("g", model.GetProperty("labels")[1].Text("id"));
        var manifest = model.GetProperty("manifest");
        Assert.Equal("mean-color", manifest.Text("architecture"));
        Assert.Equal(("uint8", "nhwc"), (manifest.GetProperty("graph").Text("inputType"), manifest.GetProperty("graph").Text("layout")));
        Assert.Equal(8, manifest.GetProperty("preprocessing").GetProperty("inputSize").GetInt32());
        Assert.Equal("bilinear", manifest.GetProperty("preprocessing").Text("interpolation"));
        Assert.Equal("MIT", manifest.GetProperty("provenance").Text("licence"));
        Assert.Equal(0, model.GetProperty("faults").GetArrayLength());
    }

    [Theory]
    [InlineData("broken")]
    [InlineData("broken:1")]
    public async Task Model_ThatIsInvalid_ListsItsFaults(string reference)
    {
        var model = await Client.GetJsonAsync($"/models/{reference}");

        Assert.Equal("invalid", model.Text("state"));
        Assert.Equal(JsonValueKind.Null, model.GetProperty("manifest").ValueKind);
        Assert.NotEqual(0, model.GetProperty("faults").GetArrayLength());
    }

    [Fact]
    public async Task Model_ThatIsUnknown_NamesTheKnown()
    {
        using var response = await Client.GetAsync(new Uri("/models/resnet50", UriKind.Relative), TestContext.Current.CancellationToken);

        var problem = await response.ReadProblemAsync((int)HttpStatusCode.NotFound, "unknown-model");
        Assert.Contains("color:1", problem.Text("detail"), StringComparison.Ordinal);
    }

    public sealed class ThreeModels : IDisposable
    {
        public ServiceHost Host { get; } = new(
            new() { ["Models:Versions"] = "all" }, models: new TinyModelRepository().Add("color", "1").Add("color", "2").Add("broken", "1", [1, 2, 3], TinyModelRepository.Manifest()));

        public void Dispose() => Host.Dispose();
    }
}
