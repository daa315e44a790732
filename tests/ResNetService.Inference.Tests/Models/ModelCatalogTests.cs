using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Tests.Models;

/// <summary>The catalog in a real host, with real graphs.</summary>
public sealed class ModelCatalogTests : IDisposable
{
    private readonly TinyModelRepository _models = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task Start_ServesTheValidAndReportsTheOthers()
    {
        _models.Add("color", "1").Add("damaged", "1", [1, 2, 3], TinyModelRepository.Manifest())
            .Add("mistaken", "1", TinyOnnx.MeanColor(8), TinyModelRepository.Manifest(input: "pixels", logits: "scores"))
            .Add("unreadable", "1", TinyOnnx.MeanColor(8), "{")
            .Add("bare", "1", TinyOnnx.MeanChannel(8), manifest: null);
        using var host = await StartAsync();
        var catalog = host.Services.GetRequiredService<IModelCatalog>();

        Assert.Equal(
            [("bare", ModelState.Ready), ("color", ModelState.Ready), ("damaged", ModelState.Invalid), ("mistaken", ModelState.Invalid), ("unreadable", ModelState.Invalid)],
            catalog.Models.Select(m => (m.Name, m.State)));
        Assert.Equal([0, 0, 1, 2, 1], catalog.Models.Select(m => m.Faults.Count));
        Assert.All(catalog.Models, m => Assert.Equal(m.State == ModelState.Ready, m.Model is not null));
        Assert.Contains("ImageNet", Assert.Single(catalog.Models[0].Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_FastDecode_WarnsForEveryModel()
    {
        _models.Add("color", "1").Add("bare", "1", TinyOnnx.MeanChannel(8), manifest: null);
        using var exact = await StartAsync();
        using var fast = await StartAsync(("Imaging:FastDecode", "true"));

        Assert.Equal([1, 0], exact.Services.GetRequiredService<IModelCatalog>().Models.Select(m => m.Warnings.Count));
        Assert.All(
            fast.Services.GetRequiredService<IModelCatalog>().Models,
            m => Assert.Contains(m.Warnings, warning => warning.Contains("Imaging:FastDecode", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Find_Name_IsItsHighestVersionByNumber()
    {
        _models.Add("color", "9").Add("color", "10").Add("other", "1");
        using var host = await StartAsync(("Models:Versions", "all"));
        var catalog = host.Services.GetRequiredService<IModelCatalog>();

        Assert.Equal("10", (await FindAsync(catalog, "color")).Version);
        Assert.Equal("9", (await FindAsync(catalog, "color:9")).Version);
        Assert.Equal("color:10", Reference(await FindAsync(catalog, null)));
        Assert.Equal([false, true, false], catalog.Models.Select(m => m.IsDefault));
    }

    [Theory]
    [InlineData("color:2")]
    [InlineData("Color")]
    [InlineData("")]
    [InlineData("../color")]
    [InlineData("damaged")]
    public async Task Find_Unknown_NamesTheKnown(string reference)
    {
        _models.Add("color", "1").Add("damaged", "1", [1], TinyModelRepository.Manifest());
        using var host = await StartAsync();

        var error = (await Assert.ThrowsAsync<ServiceException>(() => FindAsync(host.Services.GetRequiredService<IModelCatalog>(), reference))).Error;

        Assert.Equal(ErrorCode.UnknownModel, error.Code);
        Assert.EndsWith("known are color:1.", error.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("b", "b", "2")]
    [InlineData("b:1", "b", "1")]
    public async Task Default_Configured_IsUsed(string configured, string name, string version)
    {
        _models.Add("a", "1").Add("b", "1").Add("b", "2");
        using var host = await StartAsync(("Models:Default", configured));

        Assert.Equal($"{name}:{version}", Reference(await FindAsync(host.Services.GetRequiredService<IModelCatalog>(), null)));
    }

    [Fact]
    public async Task Start_DefaultThatIsNotServed_FailsAndNamesWhatIs()
    {
        _models.Add("a", "1");

        var exception = await Assert.ThrowsAsync<ModelsException>(() => StartAsync(("Models:Default", "b")));

        Assert.Contains("served are a:1", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_NothingToServe_FailsWithEveryFault()
    {
        _models.Add("a", "1", [1], TinyModelRepository.Manifest()).Add("b", "1", TinyOnnx.MeanColor(8), "[]");

        var exception = await Assert.ThrowsAsync<ModelsException>(() => StartAsync());

        Assert.Contains(Path.Combine("a", "1", "model.onnx"), exception.Message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine("b", "1", "manifest.json"), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_IsUnreadyFirstAndThenServesNothing()
    {
        _models.Add("a", "1");
        using var host = await StartAsync();
        var catalog = host.Services.GetRequiredService<IModelCatalog>();
        Assert.True(catalog.IsReady);

        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.False(catalog.IsReady);
        Assert.Equal("a", (await FindAsync(catalog, null)).Name);
        await host.StopAsync(Token);

        var error = await Assert.ThrowsAsync<ServiceException>(() => host.Services.GetRequiredService<IImageClassifier>()
            .ClassifyAsync(new([new(null, TinyImage.Png(8, 8, 1, 2, 3))]), Token));
        Assert.Equal(ErrorCode.NotReady, error.Error.Code);
    }

    private static async Task<ServedModel> FindAsync(IModelCatalog catalog, string? reference)
    {
        using var lease = await catalog.AcquireAsync(reference, null, Token);
        return lease.Model;
    }

    private static string Reference(ServedModel model) => $"{model.Name}:{model.Version}";

    private async Task<IHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("Models:Path", _models.Path), .. settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))]);
        builder.Services.AddResNetInference(builder.Configuration);
        var host = builder.Build();
        try
        {
            await host.StartAsync(Token);
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }
}
