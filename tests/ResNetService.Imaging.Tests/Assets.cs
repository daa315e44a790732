using System.Security.Cryptography;
using System.Text.Json;

namespace ResNetService.Imaging.Tests;

/// <summary>The images of Assets/ and what Pillow makes of them.</summary>
internal static class Assets
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "ResNetService.Imaging.Tests", "Assets");
    private static readonly JsonElement Document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "expected.json"))).RootElement;

    public static IReadOnlyDictionary<string, ExpectedImage> Expected { get; } = Document.GetProperty("decode")
        .Deserialize<Dictionary<string, ExpectedImage>>(JsonSerializerOptions.Web)!;

    public static TheoryData<string> Names { get; } = [.. Expected.Keys];

    /// <summary>Width, height, resize, crop, filter, sha256.</summary>
    public static IReadOnlyList<JsonElement> Resizes { get; } = [.. Document.GetProperty("resize").EnumerateArray()];

    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Folder, name));

    public static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    internal sealed record ExpectedImage(int Width, int Height, int Frames, string Sha256);
}
