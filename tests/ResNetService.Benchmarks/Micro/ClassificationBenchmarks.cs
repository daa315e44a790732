using BenchmarkDotNet.Attributes;
using ResNetService.Inference.Classification;
using ResNetService.ModelFormat;

namespace ResNetService.Benchmarks.Micro;

/// <summary>Logits of ImageNet's 1000 classes to the best of them.</summary>
public class ClassificationBenchmarks
{
    private readonly float[] _logits = new float[LabelSets.ImageNet.Count];
    private readonly double[] _probabilities = new double[LabelSets.ImageNet.Count];
    private readonly int[] _best = new int[5];

    [GlobalSetup]
    public void SetUp()
    {
        var random = new Random(1);
        foreach (ref var logit in _logits.AsSpan())
            logit = (20 * random.NextSingle()) - 5;
    }

    [Benchmark(Description = "Softmax")]
    public bool ComputeSoftmax() => Softmax.TryCompute(_logits, _probabilities);

    [Benchmark]
    public int Top5()
    {
        TopK.Select(_logits, _best);
        return _best[0];
    }
}
