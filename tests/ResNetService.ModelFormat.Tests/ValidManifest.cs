using System.Text;

namespace ResNetService.ModelFormat.Tests;

/// <summary>A manifest without a fault, for tests that break it in one place.</summary>
internal static class ValidManifest
{
    public const string FileName = "models/tiny/1/manifest.json";

    public const string Json = """
        {
          "schemaVersion": 1,
          "architecture": "tiny",
          "precision": "int8",
          "graph": {
            "input": "pixels",
            "inputType": "float32",
            "layout": "nchw",
            "logits": "scores",
            "features": "maps"
          },
          "preprocessing": {
            "inputSize": 224,
            "resize": 235,
            "cropPct": 0.95,
            "interpolation": "bicubic",
            "colorOrder": "bgr",
            "scale": 0.00392156862745098,
            "mean": [0.485, 0.456, 0.406],
            "std": [0.229, 0.224, 0.225]
          },
          "labels": [
            {"name": "crane", "id": "n02012849"},
            {"name": "crane"}
          ],
          "provenance": {
            "source": "https://example.org/tiny.safetensors",
            "licence": "BSD-3-Clause",
            "sha256": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
          },
          "accuracy": {
            "top1": 0.5,
            "top5": 1,
            "images": 2,
            "dataset": "two cranes",
            "command": "resnet evaluate models/tiny/1 --images cranes"
          }
        }
        """;

    /// <summary>The text with one place changed; a place that is not there would make the test check nothing.</summary>
    public static string With(string place, string replacement)
    {
        Assert.Contains(place, Json, StringComparison.Ordinal);
        return Json.Replace(place, replacement, StringComparison.Ordinal);
    }

    public static ModelManifest Read(string json) => ManifestReader.Read(Encoding.UTF8.GetBytes(json), FileName);

    public static IReadOnlyList<ManifestFault> FaultsOf(string json) => Assert.Throws<ManifestException>(() => Read(json)).Faults;
}
