using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Execution.Native;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Tests.Execution.Cuda;

/// <summary>ONNX Runtime's CUDA provider itself, on libraries that move memory and compute nothing: tests/CudaStandIn.</summary>
public sealed class CudaStandInTests : IDisposable
{
    private const int Side = 8;
    private const int Length = 3 * Side * Side;
    private const int Capacity = 6;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory();

    private string GraphPath => Path.Combine(_root.FullName, "model.onnx");

    private static string Library => Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libonnxruntime_providers_cuda.so");

    public CudaStandInTests()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("RESNET_CUDA_STAND_IN") == "1", "runs by tests/CudaStandIn/run");
        File.WriteAllBytes(GraphPath, TinyOnnx.CopyThrough(Side));
    }

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Run_Batches_ComeBackAsTheyWere(bool byLibrary, bool graphs)
    {
        var options = new ExecutionOptions
        {
            Provider = ProviderChoice.Cuda,
            CudaLibrary = byLibrary ? Library : null,
            CudaGraphs = graphs,
            CudaMemoryLimit = 64_000_000,
        };
        using var session = Load(options, Precision.Fp16);
        using var first = session.CreateBuffers(Layout, count: 1, runs: 2)[0];
        using var second = session.CreateBuffers(Layout, count: 1, runs: 2)[0];
        var random = new Random(4);

        Assert.Equal("cuda", session.Provider);
        // Each size often enough to be captured and then replayed.
        for (var round = 0; round < 4; round++)
        {
            foreach (var images in new[] { 6, 1, 3, 5, 2 })
            {
                foreach (var buffer in new[] { first, second })
                {
                    Fill(random, buffer.Input);
                    buffer.Run(images);
                    Assert.Equal(Floats(buffer.Input)[..(images * Length)], buffer.Output[..(images * Length)].ToArray());
                }
            }
        }

        var free = new float[2 * Length];
        session.Run("input", first.Input[..(2 * Length * sizeof(float))], [2, 3, Side, Side], new OutputTensor("output", [2, free.Length / 2], free));
        Assert.Equal(Floats(first.Input)[..free.Length], free);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_TwoBuffersAtOnce_EachComesBackAsItWas(bool graphs)
    {
        using var session = Load(new() { Provider = ProviderChoice.Cuda, CudaGraphs = graphs }, Precision.Fp32);

        await Task.WhenAll(Enumerable.Range(0, 2).Select(seed => Task.Factory.StartNew(
            () =>
            {
                using var buffer = session.CreateBuffers(Layout, count: 1, runs: 2)[0];
                var random = new Random(seed);
                for (var run = 0; run < 200; run++)
                {
                    var images = 1 + (run % Capacity);
                    Fill(random, buffer.Input);
                    buffer.Run(images);
                    Assert.Equal(Floats(buffer.Input)[..(images * Length)], buffer.Output[..(images * Length)].ToArray());
                }
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
    }

    [Fact]
    public void Load_ShippedNetwork_RunsOnCudaAlone()
    {
        foreach (var precision in new[] { Precision.Fp32, Precision.Fp16 })
        {
            using var session = new OnnxRuntimeBackend(new() { Provider = ProviderChoice.Cuda }, NullLogger.Instance, new OnnxRuntimeLibrary())
                .Load(Path.Combine(Repository.Root, "models", "resnet20-cifar10", "1", "model.onnx"), precision);
            Assert.Equal("cuda", session.Provider);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Load_DeviceThatIsNotThere_IsAnError(bool byLibrary) =>
        Assert.Throws<ExecutionException>(() => Load(new() { Provider = ProviderChoice.Cuda, DeviceId = 1, CudaLibrary = byLibrary ? Library : null }, Precision.Fp32));

    private static BatchLayout Layout => new("input", [3, Side, Side], Length * sizeof(float), "output", Length, Capacity);

    private IExecutionSession Load(ExecutionOptions options, Precision precision) =>
        new OnnxRuntimeBackend(options, NullLogger.Instance, new OnnxRuntimeLibrary()).Load(GraphPath, precision);

    private static void Fill(Random random, Memory<byte> input)
    {
        foreach (ref var value in MemoryMarshal.Cast<byte, float>(input.Span))
            value = random.NextSingle();
    }

    private static float[] Floats(Memory<byte> input) => MemoryMarshal.Cast<byte, float>(input.Span).ToArray();
}
