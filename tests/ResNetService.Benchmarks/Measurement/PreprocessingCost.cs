using System.Security.Cryptography;
using ResNetService.Imaging;
using ResNetService.ModelFormat;

namespace ResNetService.Benchmarks.Measurement;

/// <summary>Encoded images to the network's uint8 input, on one thread, as each of the service's decoding workers does it.</summary>
/// <param name="CpuSeconds">Of the whole process over all images.</param>
/// <param name="Digests">SHA-256 of [InputSize, InputSize, 3] of each image, hexadecimal.</param>
internal sealed record PreprocessingCost(double CpuSeconds, IReadOnlyList<string> Digests)
{
    /// <summary>Until methods that run often have been compiled for speed.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    public double PerImage => CpuSeconds / Digests.Count;

    /// <param name="images">Encoded; one or more.</param>
    public static PreprocessingCost Measure(IReadOnlyList<byte[]> images, PreprocessingSpec spec, ImageDecoder decoder)
    {
        var preprocessor = new ImagePreprocessor(spec, decoder);
        var pixels = new byte[preprocessor.OutputLength];
        return new(CpuSecondsOf(images, image => preprocessor.Preprocess(image, pixels)), [.. images.Select(Digest)]);

        string Digest(byte[] image)
        {
            preprocessor.Preprocess(image, pixels);
            return Convert.ToHexStringLower(SHA256.HashData(pixels));
        }
    }

    /// <summary>CPU seconds of an image for decoding alone: the whole picture, not resampled.</summary>
    public static double MeasureDecode(IReadOnlyList<byte[]> images, ImageDecoder decoder) =>
        CpuSecondsOf(images, image => decoder.Decode(image).Dispose()) / images.Count;

    private static double CpuSecondsOf(IReadOnlyList<byte[]> images, Action<byte[]> work)
    {
        var (time, began) = (TimeProvider.System, TimeProvider.System.GetTimestamp());
        for (var i = 0; time.GetElapsedTime(began) < WarmUp; i++)
            work(images[i % images.Count]);

        var start = Environment.CpuUsage.TotalTime;
        foreach (var image in images)
            work(image);
        return (Environment.CpuUsage.TotalTime - start).TotalSeconds;
    }
}
