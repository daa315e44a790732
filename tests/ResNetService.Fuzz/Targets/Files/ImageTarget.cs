using ResNetService.Fuzz.Campaigns;
using ResNetService.Imaging;
using ResNetService.ModelFormat;
using ResNetService.TestSupport;

namespace ResNetService.Fuzz.Targets.Files;

/// <summary>Image files of every format, decoded and made the input of a network.</summary>
internal sealed class ImageTarget : IFuzzTarget
{
    /// <summary>As many as a decoder that holds the whole image may hold with room to spare.</summary>
    private const long MostNative = 256 * 1024 * 1024;

    private static readonly PreprocessingSpec Spec = PreprocessingSpec.ImageNet;

    private readonly ImageDecoder _decoder = new(new ImageLimits { MaxPixels = 4_000_000, MaxSide = 8_000, MaxFrames = 100 }, new DecodeOptions());
    private readonly byte[] _pixels;
    private readonly ImagePreprocessor _preprocessor;

    public ImageTarget()
    {
        _preprocessor = new(Spec, _decoder);
        _pixels = new byte[_preprocessor.OutputLength];
    }

    public string Name => "image";

    public IEnumerable<byte[]> Seeds =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "ResNetService.Imaging.Tests", "Assets"))
            .Where(path => Path.GetExtension(path) is not (".json" or ".md" or ".py" or ".gitattributes")).Order(StringComparer.Ordinal).Select(File.ReadAllBytes);

    public IReadOnlyList<byte[]> Words => Targets.Words.Of(
        "\xFF\xD8\xFF", "\xFF\xC0", "\xFF\xC2", "\xFF\xC4", "\xFF\xDA", "\xFF\xDB", "\xFF\xE1", "\xFF\xE2", "\xFF\xD9", "Exif\0\0", "MM\0*", "II*\0", "II+\0", "\x89PNG\r\n\x1a\n", "IHDR", "IDAT", "IEND", "PLTE", "tRNS", "iCCP", "zTXt", "iTXt", "eXIf", "acTL", "fcTL",
        "GIF89a", "NETSCAPE2.0", "\x21\xF9\x04", "\x2C", "\x3B", "RIFF", "WEBP", "VP8 ", "VP8L", "VP8X", "ANIM", "ANMF", "ICCP", "BM", "ftypavif", "ftypheic", "meta", "iloc", "iprp", "ispe", "mdat", "\0\0\0\x0C");

    public int Longest => 64 * 1024;

    public string Run(byte[] input)
    {
        var outcome = Decode(input);
        return NetVips.Stats.MemHighwater <= MostNative ? outcome : throw new BrokenPromiseException($"libvips held {NetVips.Stats.MemHighwater} bytes; {MostNative} are the most.");
    }

    public void Dispose()
    {
    }

    private string Decode(byte[] input)
    {
        try
        {
            var size = _preprocessor.Preprocess(input, _pixels);
            if (_decoder.ReadHeader(input) is var header && header.Size != size)
                throw new BrokenPromiseException($"The header says {header.Size}, and the image has {size}.");
            return $"{header.Format} {header.Frames > 1}";
        }
        catch (ImageException e)
        {
            return $"{e.Fault} {Targets.Words.Kind(e.Message)}";
        }
    }
}
