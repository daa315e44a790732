using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ResNetService.Inference.Batching;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Tensors;

namespace ResNetService.Inference.Tests.Tensors;

public sealed class TensorRunnerTests : IAsyncLifetime
{
    private const int Places = TinyModelRepository.Size * TinyModelRepository.Size;

    private readonly TinyModelRepository _models = new TinyModelRepository().AddWithFeatures("m", "1").Add("color", "1")
        .Add("float", "1", TinyOnnx.MeanChannel(TinyModelRepository.Size), TinyModelRepository.Manifest(input: "input", inputType: "float32", layout: "nchw", logits: "output"));
    private IHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ITensorRunner Runner => _host.Services.GetRequiredService<ITensorRunner>();

    public async ValueTask InitializeAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("Models:Path", _models.Path)]);
        builder.Services.AddResNetInference(builder.Configuration);
        _host = builder.Build();
        await _host.StartAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        _models.Dispose();
    }

    [Fact]
    public async Task Run_TensorsAndImages_AnswersInOrder()
    {
        var response = await Runner.RunAsync(new([Tensor(10, 20, 30), new(TinyImage.Png(8, 8, 1, 2, 3)), new("words"u8.ToArray()), Tensor(4, 5, 6)], "color"), Token);

        Assert.Equal([[10f, 20, 30], [1, 2, 3], [], [4, 5, 6]], response.Results.Select(result => result.Logits.ToArray()));
        Assert.Equal([null, null, ErrorCode.UnsupportedImage, null], response.Results.Select(result => result.Error?.Code));
        Assert.All(response.Results, result => Assert.True(result.Features.IsEmpty));
    }

    [Fact]
    public async Task Run_Floats_GoesAsTheyAre()
    {
        var values = new float[3 * Places];
        values.AsSpan(Places, Places).Fill(-1.5f);

        var response = await Runner.RunAsync(new([new(MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), IsTensor: true)], "float"), Token);

        Assert.Equal([0f, -1.5f, 0], response.Results[0].Logits.ToArray());
    }

    [Fact]
    public async Task Run_Features_AreThoseOfEach()
    {
        var response = await Runner.RunAsync(new([Tensor(10, 20, 30), Tensor(4, 5, 6)], "m", Features: true), Token);

        Assert.Equal([.. Enumerable.Repeat(10f, Places), .. Enumerable.Repeat(20f, Places), .. Enumerable.Repeat(30f, Places)], response.Results[0].Features.ToArray());
        Assert.Equal(4f, response.Results[1].Features.Span[0]);
    }

    [Fact]
    public async Task Run_TensorOfAnotherLength_SaysTheRightOne()
    {
        var error = (await Assert.ThrowsAsync<ServiceException>(() => Runner.RunAsync(new([new(new byte[5], IsTensor: true)], "color"), Token))).Error;

        Assert.Equal(ErrorCode.InvalidRequest, error.Code);
        Assert.Contains("5 bytes; one image of color has 192", error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FeaturesOfAModelWithout_IsRefused() =>
        Assert.Equal(ErrorCode.InvalidRequest, (await Assert.ThrowsAsync<ServiceException>(() => Runner.RunAsync(new([Tensor(1, 2, 3)], "color", Features: true), Token))).Error.Code);

    [Fact]
    public async Task Run_NoInput_IsRefused() =>
        Assert.Equal(ErrorCode.InvalidRequest, (await Assert.ThrowsAsync<ServiceException>(() => Runner.RunAsync(new([], "color"), Token))).Error.Code);

    private static NetworkInput Tensor(byte red, byte green, byte blue) =>
        new(Enumerable.Repeat(new[] { red, green, blue }, Places).SelectMany(pixel => pixel).ToArray(), IsTensor: true);
}
