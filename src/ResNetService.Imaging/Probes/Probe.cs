namespace ResNetService.Imaging.Probes;

/// <summary>Small images of our own that are part of the program.</summary>
internal static class Probe
{
    /// <summary>AV1 in HEIF, of one colour.</summary>
    public const string Avif = "av1.avif";

    /// <summary>HEVC in HEIF, of one colour.</summary>
    public const string Heic = "hevc.heic";

    /// <summary>Baseline JPEG with halved chroma, 96 x 64, as cameras write it but for its size.</summary>
    public const string Jpeg = "pattern.jpg";

    public static byte[] Read(string name)
    {
        using var stream = typeof(Probe).Assembly.GetManifestResourceStream(typeof(Probe), name)!;
        var encoded = new byte[stream.Length];
        stream.ReadExactly(encoded);
        return encoded;
    }
}
