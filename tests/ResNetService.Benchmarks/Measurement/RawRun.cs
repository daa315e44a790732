using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ResNetService.Benchmarks.Processes;
using ResNetService.Inference.Execution.Native;

namespace ResNetService.Benchmarks.Measurement;

/// <summary>ONNX Runtime alone: the same graph on the same tensor, again and again. Nothing that serves can be faster.</summary>
/// <param name="SecondsPerImage">Wall time.</param>
/// <param name="CpuSecondsPerImage">Over all threads; waiting threads spin, as is ONNX Runtime's default.</param>
internal sealed record RawRun(double SecondsPerImage, double CpuSecondsPerImage)
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(120);

    /// <summary>In a process of its own, which nothing else has warmed or burdened.</summary>
    /// <param name="graph">An ONNX file with one input of pixels or normalised values, whose other dimensions than the batch are fixed.</param>
    public static Task<RawRun> InOwnProcessAsync(string graph, int batch, int seconds, CancellationToken cancellationToken, string? cores = null) => Self.RunAsync<RawRun>(
        ["raw", graph, "--batch", batch.ToString(CultureInfo.InvariantCulture), "--seconds", seconds.ToString(CultureInfo.InvariantCulture)],
        TimeSpan.FromSeconds(seconds) + Slack,
        cancellationToken,
        cores);

    public static RawRun Measure(string graph, int batch, TimeSpan duration, CancellationToken cancellationToken)
    {
        OnnxRuntimeTelemetry.Disable();
        using var options = new SessionOptions { IntraOpNumThreads = Machine.Cores, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL };
        using var session = new InferenceSession(graph, options);
        using var run = new RunOptions();
        var (name, metadata) = session.InputMetadata.Single();
        using var input = Input(metadata, batch);

        Once();
        var time = TimeProvider.System;
        var (start, cpu, images) = (time.GetTimestamp(), Environment.CpuUsage.TotalTime, 0);
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            Once();
            images += batch;
        }
        while (time.GetElapsedTime(start) < duration);
        return new(time.GetElapsedTime(start).TotalSeconds / images, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds / images);

        void Once()
        {
            using var outputs = session.Run(run, [name], [input], session.OutputNames);
        }
    }

    /// <summary>Noise: the values do not change what a convolution costs, but zeros might.</summary>
    private static OrtValue Input(NodeMetadata metadata, int batch)
    {
        long[] shape = [batch, .. metadata.Dimensions.Skip(1).Select(dimension => (long)dimension)];
        var random = new Random(1);
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, metadata.ElementDataType, shape);
        if (metadata.ElementDataType == TensorElementType.UInt8)
            random.NextBytes(value.GetTensorMutableDataAsSpan<byte>());
        else
            foreach (ref var element in value.GetTensorMutableDataAsSpan<float>())
                element = random.NextSingle() - 0.5f;
        return value;
    }
}
