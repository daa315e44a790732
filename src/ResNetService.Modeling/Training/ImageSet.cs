using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ResNetService.Imaging;
using ResNetService.ModelFormat;

namespace ResNetService.Modeling.Training;

/// <summary>Labelled images in memory, decoded once.</summary>
/// <param name="Pixels">Of each image, uint8 [size, size, 3], in the preprocessing's colour order.</param>
/// <param name="Classes">Of each image.</param>
/// <param name="Size">Height and width of every image, in pixels.</param>
internal sealed record ImageSet(byte[][] Pixels, int[] Classes, int Size)
{
    private const int ShownFaults = 10;

    public int Count => Classes.Length;

    /// <summary>Decodes every file of a folder, resized and cropped as for evaluation.</summary>
    /// <param name="decoded">Told of each image; called by several threads.</param>
    /// <exception cref="TrainingException">Images cannot be decoded: the message lists them. Or they do not fit into memory.</exception>
    public static ImageSet Decode(ImageFolder folder, PreprocessingSpec spec, Action decoded, CancellationToken cancellationToken)
    {
        var preprocessor = new ImagePreprocessor(spec, new ImageDecoder(new ImageLimits(), new DecodeOptions()));
        var pixels = new byte[folder.Files.Count][];
        RequireMemory(folder, (long)folder.Files.Count * preprocessor.OutputLength);

        var faults = new ConcurrentQueue<string>();
        Parallel.For(0, pixels.Length, new ParallelOptions { CancellationToken = cancellationToken }, i =>
        {
            try
            {
                pixels[i] = GC.AllocateUninitializedArray<byte>(preprocessor.OutputLength);
                preprocessor.Preprocess(File.ReadAllBytes(folder.Files[i].Path), pixels[i]);
                decoded();
            }
            catch (Exception e) when (e is ImageException or IOException or UnauthorizedAccessException)
            {
                faults.Enqueue($"{folder.Files[i].Path}: {e.Message}");
            }
        });
        return faults.IsEmpty ? new(pixels, [.. folder.Files.Select(file => file.Class)], spec.InputSize) : throw Undecodable([.. faults.Order(StringComparer.Ordinal)]);
    }

    /// <summary>SHA-256 over pixels and classes, in hexadecimal: tells whether a run goes on with the data that it began with.</summary>
    public string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<int>(Classes));
        foreach (var image in Pixels)
            hash.AppendData(image);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void RequireMemory(ImageFolder folder, long bytes)
    {
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > available)
            throw new TrainingException($"{folder.Root}: {folder.Files.Count} decoded images take {bytes >> 20} MiB of memory, and there are {available >> 20}; train on fewer images");
    }

    private static TrainingException Undecodable(string[] faults)
    {
        var rest = faults.Length > ShownFaults ? $"{Environment.NewLine}  and {faults.Length - ShownFaults} more" : "";
        return new($"{faults.Length} images cannot be read:{string.Concat(faults.Take(ShownFaults).Select(fault => $"{Environment.NewLine}  {fault}"))}{rest}");
    }
}
