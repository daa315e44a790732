using ResNetService.Imaging;

namespace ResNetService.Modeling.Training;

/// <summary>Labelled images, in memory or on disk.</summary>
internal interface IImageSource
{
    /// <summary>Of each image.</summary>
    IReadOnlyList<int> Classes { get; }

    /// <summary>Height and width of every image as the network sees it, in pixels.</summary>
    int Size { get; }

    /// <summary>For people: where the images are.</summary>
    string Place { get; }

    /// <summary>SHA-256 in hexadecimal: tells whether a run goes on with the data that it began with.</summary>
    string Fingerprint();

    /// <summary>Reads an image; safe for use by many threads at once.</summary>
    /// <param name="placement">Another size and place of the crop than evaluation's; null for that.</param>
    /// <param name="pixels">Becomes uint8 [size, size, 3], in the preprocessing's colour order.</param>
    /// <exception cref="TrainingException">The image cannot be read any more.</exception>
    void Read(int image, CropPlacement? placement, Span<byte> pixels);
}

internal static class ImageSource
{
    /// <summary>Pixels of all of a run's images that are kept in memory, at most; beyond it they are read again and again.</summary>
    public const long MostBytesInMemory = 2L << 30;

    extension(IImageSource source)
    {
        public int Count => source.Classes.Count;
    }

    /// <summary>
    /// Reads and decodes every image once, so that a broken one is named before training begins, and keeps the pixels where
    /// <paramref name="inMemory"/> says so.
    /// </summary>
    /// <param name="decoded">Told of each image; called by several threads.</param>
    /// <exception cref="TrainingException">Images cannot be decoded: the message lists them.</exception>
    public static IImageSource Open(ImageFolder folder, ImagePreprocessor preprocessor, int size, bool inMemory, int decoders, Action decoded, CancellationToken cancellationToken)
    {
        if (!inMemory)
            return StreamedImages.Open(folder, preprocessor, size, decoders, decoded, cancellationToken);

        var pixels = new byte[folder.Files.Count][];
        folder.ForEach(decoders, (i, bytes) =>
        {
            pixels[i] = GC.AllocateUninitializedArray<byte>(preprocessor.OutputLength);
            preprocessor.Preprocess(bytes, pixels[i], cancellationToken);
            decoded();
        }, cancellationToken);
        return new ImageSet(pixels, [.. folder.Files.Select(file => file.Class)], size);
    }
}
