using BenchmarkDotNet.Attributes;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Imaging;
using ResNetService.ModelFormat;

namespace ResNetService.Benchmarks.Micro;

/// <summary>A photograph to the network's input, whole and in parts.</summary>
public class ImagingBenchmarks
{
    private readonly ImagePreprocessor _preprocessor = new(Samples.Spec, Decoders.Default);
    private byte[] _encoded = [];
    private byte[] _pixels = [];
    private float[] _values = [];
    private RgbImage? _image;

    [Params("cat.jpg", "coffee.jpg")]
    public string Photograph { get; set; } = "";

    [GlobalSetup]
    public void SetUp()
    {
        _encoded = Samples.Read(Photograph);
        _pixels = new byte[_preprocessor.OutputLength];
        _values = new float[_preprocessor.OutputLength];
        _image = Decoders.Default.Decode(_encoded);
    }

    [GlobalCleanup]
    public void CleanUp() => _image?.Dispose();

    [Benchmark]
    public ImageHeader ReadHeader() => Decoders.Default.ReadHeader(_encoded);

    [Benchmark]
    public void Decode() => Decoders.Default.Decode(_encoded).Dispose();

    [Benchmark]
    public void Resample() => _preprocessor.Preprocess(_image!, _pixels);

    [Benchmark]
    public ImageSize Preprocess() => _preprocessor.Preprocess(_encoded, _pixels);

    [Benchmark]
    public void NormalizeChannelsFirst() => Normalizer.Normalize(_pixels, Samples.Spec, TensorLayout.Nchw, _values);

    [Benchmark]
    public void NormalizeChannelsLast() => Normalizer.Normalize(_pixels, Samples.Spec, TensorLayout.Nhwc, _values);
}
