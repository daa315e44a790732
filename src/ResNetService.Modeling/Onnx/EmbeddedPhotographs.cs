namespace ResNetService.Modeling.Onnx;

/// <summary>The photographs that are in this program, so that a graph can be tried where there are no others.</summary>
internal static class EmbeddedPhotographs
{
    /// <summary>Name and JPEG file of each, in a fixed order.</summary>
    public static IReadOnlyList<(string Name, byte[] Data)> All { get; } =
        [.. typeof(EmbeddedPhotographs).Assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".jpg", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => (name, Read(name)))];

    private static byte[] Read(string name)
    {
        using var stream = typeof(EmbeddedPhotographs).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
