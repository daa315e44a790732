using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Tests.Execution;

public sealed class OnnxRuntimeBackendTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory();

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Load_Graph_TellsItsSignature()
    {
        using var session = Backend().Load(Graph(TinyOnnx.MeanColor(8)));

        var input = Assert.Single(session.Signature.Inputs);
        Assert.Equal(("image", InputType.UInt8), (input.Name, input.Type));
        Assert.Equal([-1, 8, 8, 3], input.Shape);
        Assert.Equal("logits float32 [?,3]", Assert.Single(session.Signature.Outputs).ToString());
        Assert.Equal("cpu", session.Provider);
        Assert.Contains(InstructionSet.Name, session.Device, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    public void Load_TruncatedGraph_IsRefused(int length)
    {
        var path = Graph(TinyOnnx.MeanColor(8)[..length]);

        Assert.Contains(path, Assert.Throws<ExecutionException>(() => Backend().Load(path).Dispose()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_CudaAskedForAndAbsent_IsAnErrorAndNotTheCpu()
    {
        var path = Graph(TinyOnnx.MeanColor(8));

        Assert.Throws<ExecutionException>(() => Backend(ProviderChoice.Cuda).Load(path));
        var fault = Assert.Throws<ExecutionException>(() => Backend(ProviderChoice.Cuda, "/nowhere/libonnxruntime_providers_cuda.so").Load(path));
        Assert.Contains("/nowhere/libonnxruntime_providers_cuda.so", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Bit-equal whatever shares the batch.</summary>
    [Fact]
    public void Run_EveryBatchSize_GivesAnImageTheSameLogits()
    {
        using var session = Backend().Load(Graph(TinyOnnx.MeanColor(8)));
        var random = new Random(2);
        var images = Enumerable.Range(0, 8).Select(_ => { var image = new byte[8 * 8 * 3]; random.NextBytes(image); return image; }).ToArray();
        var alone = images.Select(image => Run(session, image)).ToArray();
        for (var batch = 2; batch <= images.Length; batch++)
        {
            var together = Run(session, images[..batch]);
            for (var i = 0; i < batch; i++)
                Assert.Equal(alone[i], together[(3 * i)..(3 * (i + 1))]);
        }
    }

    /// <summary>Bit-equal whether a run has all cores or one.</summary>
    [Fact]
    public void Run_AloneOrSharingTheCores_GivesTheSameLogits()
    {
        var manifest = ManifestReader.Read(Path.Combine(Repository.Root, "models", "resnet20-cifar10", "1", ModelManifest.FileName));
        var layout = BatchLayout.Of(manifest, 5);
        using var session = Backend().Load(Path.Combine(Repository.Root, "models", "resnet20-cifar10", "1", ModelManifest.GraphFileName));
        using var buffer = session.CreateBuffers(layout, count: 1, runs: 2)[0];
        new Random(4).NextBytes(buffer.Input.Span);

        buffer.Run(5, shares: false);
        var alone = buffer.Output.ToArray();
        buffer.Run(5, shares: true);

        Assert.Equal(alone, buffer.Output.ToArray());
        Assert.Equal(Environment.ProcessorCount > 1, session.DividesCores);
        Assert.Equal(Environment.ProcessorCount, session.RunsAtOnce);
    }

    private static float[] Run(IExecutionSession session, params byte[][] images)
    {
        var logits = new float[images.Length * 3];
        session.Run("image", images.SelectMany(i => i).ToArray(), [images.Length, 8, 8, 3], new OutputTensor("logits", [images.Length, 3], logits));
        return logits;
    }

    private static OnnxRuntimeBackend Backend(ProviderChoice provider = ProviderChoice.Auto, string? library = null) =>
        new(Options.Create(new ExecutionOptions { Provider = provider, CudaLibrary = library }), NullLogger<OnnxRuntimeBackend>.Instance);

    private string Graph(byte[] bytes)
    {
        var path = Path.Combine(_root.FullName, "model.onnx");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
