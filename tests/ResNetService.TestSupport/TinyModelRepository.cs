namespace ResNetService.TestSupport;

/// <summary>A models folder in a temporary directory, with real graphs of <see cref="TinyOnnx"/>; deleted when disposed.</summary>
public sealed class TinyModelRepository : IDisposable
{
    public const int Size = 8;

    /// <summary>The labels of every model here: the channel that is strongest on the average.</summary>
    public static IReadOnlyList<string> Labels { get; } = ["red", "green", "blue"];

    public string Path { get; } = Directory.CreateTempSubdirectory("resnet-models-").FullName;

    /// <summary>A repository that serves <c>color:1</c>.</summary>
    public static TinyModelRepository WithColor() => new TinyModelRepository().Add("color", "1");

    /// <summary>Adds a model that names the strongest channel.</summary>
    public TinyModelRepository Add(string name, string version) => Add(name, version, TinyOnnx.MeanColor(Size), Manifest());

    /// <summary>Adds a model that names the strongest channel and has features: its channels, pixel by pixel.</summary>
    public TinyModelRepository AddWithFeatures(string name, string version, ClassifierForm form = ClassifierForm.Gemm) =>
        Add(name, version, TinyOnnx.PooledClassifier(Size, Weights, Bias, form), Manifest(features: "features"));

    /// <summary>Of the model with features: [classes, channels].</summary>
    public static float[] Weights { get; } = [1, -0.5f, 0, -0.25f, 1, -0.25f, 0, 0.5f, 2];

    /// <summary>Of the model with features.</summary>
    public static float[] Bias { get; } = [3, -2, 0.5f];

    /// <param name="manifest">Null for a bare graph.</param>
    public TinyModelRepository Add(string name, string version, byte[] graph, string? manifest)
    {
        var directory = Directory.CreateDirectory(System.IO.Path.Combine(Path, name, version)).FullName;
        File.WriteAllBytes(System.IO.Path.Combine(directory, "model.onnx"), graph);
        if (manifest is not null)
            File.WriteAllText(System.IO.Path.Combine(directory, "manifest.json"), manifest);
        return this;
    }

    /// <summary>A valid manifest for <see cref="TinyOnnx.MeanColor"/>.</summary>
    public static string Manifest(string input = "image", string inputType = "uint8", string layout = "nhwc", string logits = "logits", string? features = null) => $$"""
        {
          "schemaVersion": 1,
          "architecture": "mean-color",
          "precision": "fp32",
          "graph": { "input": "{{input}}", "inputType": "{{inputType}}", "layout": "{{layout}}", "logits": "{{logits}}"{{(features is null ? "" : $", \"features\": \"{features}\"")}} },
          "preprocessing": {
            "inputSize": {{Size}}, "resize": {{Size}}, "interpolation": "bilinear", "colorOrder": "rgb",
            "scale": 0.00392156862745098, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]
          },
          "labels": [{ "name": "red" }, { "name": "green", "id": "g" }, { "name": "blue" }],
          "provenance": { "source": "made by a test", "licence": "MIT" }
        }
        """;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
