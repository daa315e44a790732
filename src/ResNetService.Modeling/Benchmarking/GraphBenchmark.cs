using ResNetService.Imaging;
using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Onnx;

namespace ResNetService.Modeling.Benchmarking;

/// <summary>The graph alone, from the buffer that decoders would have filled to its logits.</summary>
internal static class GraphBenchmark
{
    public static async Task<Measurement> RunAsync(
        BenchmarkPlan plan, ModelManifest manifest, IExecutionSession session, int runners, int batch, CancellationToken cancellationToken)
    {
        var input = Input(plan.Images, manifest, batch);
        var buffers = session.CreateBuffers(BatchLayout.Of(manifest, batch), runners, runners);
        try
        {
            foreach (var buffer in buffers)
                input.CopyTo(buffer.Input);
            var (durations, elapsed) = await TimedRuns.MeasureAsync(
                buffers.Count,
                plan.Duration,
                TimeProvider.System,
                worker =>
                {
                    buffers[worker].Run(batch, shares: runners > 1);
                    return Task.CompletedTask;
                },
                cancellationToken);
            return Measurement.Of("graph", batch, durations, elapsed);
        }
        finally
        {
            foreach (var buffer in buffers)
                buffer.Dispose();
        }
    }

    private static byte[] Input(BenchmarkImages images, ModelManifest manifest, int batch)
    {
        var preprocessor = new ImagePreprocessor(manifest.Preprocessing, new ImageDecoder(new ImageLimits(), new DecodeOptions()));
        var pixels = new byte[batch * preprocessor.OutputLength];
        foreach (var (i, image) in images.Take(0, batch).Index())
            preprocessor.Preprocess(image.Data, pixels.AsSpan(i * preprocessor.OutputLength, preprocessor.OutputLength));
        return GraphRun.Input(manifest, pixels, batch);
    }
}
