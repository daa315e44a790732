using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ResNetService.Imaging;

namespace ResNetService.Modeling.Training;

/// <summary>Labelled images that are read from disk and decoded each time.</summary>
internal sealed class StreamedImages : IImageSource
{
    private readonly ImageFolder _folder;
    private readonly ImagePreprocessor _preprocessor;
    private readonly int[] _classes;
    private readonly string _fingerprint;

    private StreamedImages(ImageFolder folder, ImagePreprocessor preprocessor, int size, byte[][] digests)
    {
        (_folder, _preprocessor, Size) = (folder, preprocessor, size);
        _classes = [.. folder.Files.Select(file => file.Class)];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<int>(_classes));
        foreach (var digest in digests)
            hash.AppendData(digest);
        _fingerprint = Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public IReadOnlyList<int> Classes => _classes;

    public int Size { get; }

    public string Place => "read from disk as they are needed";

    /// <inheritdoc cref="ImageSource.Open"/>
    public static StreamedImages Open(ImageFolder folder, ImagePreprocessor preprocessor, int size, int decoders, Action decoded, CancellationToken cancellationToken)
    {
        var digests = new byte[folder.Files.Count][];
        folder.ForEach(decoders, (i, bytes) =>
        {
            var pixels = ArrayPool<byte>.Shared.Rent(preprocessor.OutputLength);
            try
            {
                preprocessor.Preprocess(bytes, pixels, cancellationToken);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(pixels);
            }

            digests[i] = SHA256.HashData(bytes);
            decoded();
        }, cancellationToken);
        return new(folder, preprocessor, size, digests);
    }

    /// <summary>Over the files' bytes and classes.</summary>
    public string Fingerprint() => _fingerprint;

    public void Read(int image, CropPlacement? placement, Span<byte> pixels)
    {
        var path = _folder.Files[image].Path;
        try
        {
            _preprocessor.Preprocess(File.ReadAllBytes(path), placement, pixels);
        }
        catch (Exception e) when (e is ImageException or IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{path} could be read when the run began and cannot any more: {e.Message}");
        }
    }
}
