using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;

namespace ResNetService.Modeling.Tests.Onnx;

/// <summary>The models that come with the service.</summary>
public sealed class ShippedModelTests
{
    private const int Images = 16;

    public static TheoryData<string> Directories =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "models"), ModelManifest.GraphFileName, SearchOption.AllDirectories)
            .Select(graph => Path.GetRelativePath(Repository.Root, Path.GetDirectoryName(graph)!))];

    [Theory]
    [MemberData(nameof(Directories))]
    public void Graph_ImagesInBatches_AnswersAsForEachAlone(string directory)
    {
        directory = Path.Combine(Repository.Root, directory);
        var manifest = ManifestReader.Read(Path.Combine(directory, ModelManifest.FileName));
        var size = manifest.Preprocessing.InputSize;
        using var session = ExecutionBackend.OnCpu().Load(Path.Combine(directory, ModelManifest.GraphFileName));
        var pixels = new byte[Images * size * size * 3];
        new Random(1).NextBytes(pixels);

        BatchInvariance.Assert(Run, pixels, Images);

        float[] Run(byte[] batch)
        {
            var images = batch.Length / (size * size * 3);
            var logits = new float[images * manifest.Labels.Count];
            session.Run(manifest.Graph.Input, batch, [images, size, size, 3], new OutputTensor(manifest.Graph.Logits, [images, manifest.Labels.Count], logits));
            return logits;
        }
    }
}
