using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ResNetService.Imaging;

namespace ResNetService.Modeling.Training;

/// <summary>Labelled images in memory, decoded once.</summary>
/// <param name="Pixels">Of each image, uint8 [size, size, 3], in the preprocessing's colour order.</param>
/// <param name="Classes">Of each image.</param>
/// <param name="Size">Height and width of every image, in pixels.</param>
internal sealed record ImageSet(byte[][] Pixels, int[] Classes, int Size) : IImageSource
{
    IReadOnlyList<int> IImageSource.Classes => Classes;

    public string Place => "in memory";

    public string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<int>(Classes));
        foreach (var image in Pixels)
            hash.AppendData(image);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <exception cref="NotSupportedException">Another crop is asked for; the photographs are not there any more.</exception>
    public void Read(int image, CropPlacement? placement, Span<byte> pixels)
    {
        if (placement is not null)
            throw new NotSupportedException("images in memory are resized and cropped already");
        Pixels[image].CopyTo(pixels);
    }
}
