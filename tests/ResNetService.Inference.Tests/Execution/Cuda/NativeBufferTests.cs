using System.Runtime.InteropServices;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Execution.Cuda;
using ResNetService.Inference.Execution.Native;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Tests.Execution.Cuda;

/// <summary>The buffers of a GPU with the real library, whose CPU provider can bind, copy and run as well: bit-equal to a buffer of the host.</summary>
public sealed class NativeBufferTests : IDisposable
{
    private const int Side = 8;
    private const int Capacity = 6;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory();

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_Bytes_GivesWhatAHostBufferGives(bool captured) =>
        AssertSame(TinyOnnx.MeanColor(Side), new("image", [Side, Side, 3], Side * Side * 3, "logits", 3, Capacity), captured);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_Floats_GivesWhatAHostBufferGives(bool captured) =>
        AssertSame(TinyOnnx.MeanChannel(Side), new("input", [3, Side, Side], Side * Side * 3 * sizeof(float), "output", 3, Capacity), captured);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_WithFeatures_GivesWhatAHostBufferGives(bool captured) => AssertSame(
        TinyOnnx.PooledClassifier(Side, TinyModelRepository.Weights, TinyModelRepository.Bias),
        new("image", [Side, Side, 3], Side * Side * 3, "logits", 3, Capacity, new("features", new(3, Side, Side))),
        captured);

    [Fact]
    public void Create_MoreThanThereIs_SaysSo()
    {
        using var graph = Open(TinyOnnx.MeanColor(Side));

        Assert.Contains("[2147483647,2147483647] cannot be allocated", Assert.Throws<ExecutionException>(() => graph.Allocate(TensorPlace.Host, InputType.Float32, int.MaxValue, int.MaxValue)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_InputOfAnotherShape_IsAnErrorThatNamesIt()
    {
        using var graph = Open(TinyOnnx.MeanColor(Side));
        using var buffer = new CudaBuffer(graph, new("image", [Side, Side, 4], Side * Side * 4, "logits", 3, 1), captures: null);

        Assert.Contains("image", Assert.Throws<ExecutionException>(() => buffer.Run(1)).Message, StringComparison.Ordinal);
    }

    private void AssertSame(byte[] onnx, BatchLayout layout, bool captured)
    {
        using var graph = Open(onnx);
        using var session = new CpuSession(Open(onnx), runsAtOnce: 1);
        using var captures = captured ? new CaptureThread() : null;
        using var buffer = new CudaBuffer(new HostCopies(graph), layout, captures);
        using var host = new HostBuffer(session, layout);
        var random = new Random(3);

        // Not ascending: rows of a larger batch before it must not show.
        foreach (var images in new[] { 6, 1, 5, 2, 3, 4, 6 })
        {
            Fill(random, layout.ImageBytes == Side * Side * 3, host.Input.Span);
            host.Input[..(images * layout.ImageBytes)].CopyTo(buffer.Input);
            // As many rows: the last bit of a sum may depend on how threads share the work.
            var features = layout.Features is not null;
            host.Run(buffer.WarmUpSizes.First(size => size >= images), features: features);
            buffer.Run(images, features: features);
            Assert.Equal(host.Features[..(images * (layout.Features?.Shape.Length ?? 0))].ToArray(), buffer.Features[..(images * (layout.Features?.Shape.Length ?? 0))].ToArray());
            Assert.Equal(host.Output[..(images * layout.OutputLength)].ToArray(), buffer.Output[..(images * layout.OutputLength)].ToArray());
        }
    }

    private static void Fill(Random random, bool bytes, Span<byte> input)
    {
        if (bytes)
        {
            random.NextBytes(input);
            return;
        }

        foreach (ref var value in MemoryMarshal.Cast<byte, float>(input))
            value = random.NextSingle();
    }

    private ILoadedGraph Open(byte[] onnx)
    {
        var path = Path.Combine(_root.FullName, "model.onnx");
        File.WriteAllBytes(path, onnx);
        return new OnnxRuntimeLibrary().Open(path, SessionSettings.ForCpu(threads: 2, Precision.Fp32));
    }

    /// <summary>ONNX Runtime copies between devices by their libraries alone, and host memory has none.</summary>
    private sealed class HostCopies(ILoadedGraph graph) : ILoadedGraph
    {
        public GraphSignature Signature => graph.Signature;

        public void Run(string inputName, Memory<byte> input, ReadOnlySpan<long> shape, IReadOnlyList<OutputTensor> outputs) =>
            graph.Run(inputName, input, shape, outputs);

        public ITensor Allocate(TensorPlace place, InputType type, params ReadOnlySpan<long> shape) => graph.Allocate(place, type, shape);

        public ITensor View(ITensor whole, params ReadOnlySpan<long> shape) => graph.View(whole, shape);

        public IPreparedRun Prepare(NamedTensor input, IReadOnlyList<NamedTensor> outputs) => graph.Prepare(input, outputs);

        public IPreparedRun Bind(NamedTensor input, IReadOnlyList<NamedTensor> outputs, int graphId) => graph.Bind(input, outputs, graphId);

        public void Copy(ITensor source, ITensor destination) =>
            new NativeMemory<byte>(source.Address, source.ByteLength).GetSpan().CopyTo(new NativeMemory<byte>(destination.Address, destination.ByteLength).GetSpan());

        public void Dispose() => graph.Dispose();
    }
}
