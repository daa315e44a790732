using ResNetService.Inference.Execution;
using ResNetService.Inference.Execution.Cuda;
using ResNetService.Inference.Execution.Native;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Tests.Execution.Cuda;

public sealed class CudaProviderOptionsTests
{
    private static readonly CudaDevice Plugin = new(1, "Fake", HasArenaOptions: true, null);
    private static readonly CudaDevice Library = new(1, null, HasArenaOptions: false, null);

    [Fact]
    public void For_ProviderInTheBuild_IsTheWholeSet() => Assert.Equal(
        new Dictionary<string, string>
        {
            ["device_id"] = "2",
            ["cudnn_conv_algo_search"] = "HEURISTIC",
            ["cudnn_conv_use_max_workspace"] = "1",
            ["use_tf32"] = "1",
            ["prefer_nhwc"] = "0",
            ["enable_cuda_graph"] = "0",
        },
        CudaProviderOptions.For(new ExecutionOptions { DeviceId = 2 }, Precision.Fp32, device: null));

    [Fact]
    public void For_DeviceOfALibrary_IsToldByTheDeviceItself() =>
        Assert.DoesNotContain("device_id", CudaProviderOptions.For(new ExecutionOptions { DeviceId = 1 }, Precision.Fp32, Plugin));

    [Theory]
    [InlineData(null, Precision.Fp32, "0")]
    [InlineData(null, Precision.Fp16, "1")]
    [InlineData(null, Precision.Int8, "0")]
    [InlineData(true, Precision.Fp32, "1")]
    [InlineData(false, Precision.Fp16, "0")]
    public void For_PreferNhwc_FollowsThePrecisionUnlessSaid(bool? preferNhwc, Precision precision, string expected) =>
        Assert.Equal(expected, CudaProviderOptions.For(new ExecutionOptions { CudaPreferNhwc = preferNhwc }, precision, null)["prefer_nhwc"]);

    [Fact]
    public void For_MemoryLimit_IsInTheWordsOfTheProvider()
    {
        var options = new ExecutionOptions { CudaMemoryLimit = 3_000_000_000 };

        foreach (var device in new[] { null, Library })
        {
            var provider = CudaProviderOptions.For(options, Precision.Fp32, device);
            Assert.Equal(("3000000000", "kSameAsRequested"), (provider["gpu_mem_limit"], provider["arena_extend_strategy"]));
        }

        var plugin = CudaProviderOptions.For(options, Precision.Fp32, Plugin);
        Assert.Equal(("3000000000", "1"), (plugin["arena.max_mem"], plugin["arena.extend_strategy"]));
        Assert.DoesNotContain("gpu_mem_limit", plugin);
    }

    [Fact]
    public void For_GraphsAndTf32_AreWhatWasSaid()
    {
        var provider = CudaProviderOptions.For(new ExecutionOptions { CudaGraphs = true, CudaTf32 = false }, Precision.Fp32, null);

        Assert.Equal(("1", "0"), (provider["enable_cuda_graph"], provider["use_tf32"]));
    }
}
