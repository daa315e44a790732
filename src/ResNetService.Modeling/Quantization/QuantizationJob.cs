using ResNetService.Inference;
using ResNetService.Inference.Models;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Evaluation;
using ResNetService.Modeling.Onnx;

namespace ResNetService.Modeling.Quantization;

/// <param name="Model">models/&lt;name&gt;/&lt;version&gt;, in float32.</param>
/// <param name="Calibration">A folder of images.</param>
/// <param name="Test">Labelled images in a form of <see cref="EvaluationSet"/>; null to set calibration images aside.</param>
/// <param name="MaxDrop">Points; see <see cref="ModelComparison.Drop"/>.</param>
/// <param name="Limit">Calibration images that are used, at most.</param>
/// <param name="Replace">Whether a model that is there may be replaced.</param>
internal sealed record QuantizationRequest(string Model, string Calibration, string Output, string? Test, double MaxDrop, int Limit, bool Replace);

/// <summary>From a model directory and images to an int8 model directory and a report.</summary>
internal sealed class QuantizationJob
{
    /// <summary>Fewer leave ranges to chance.</summary>
    private const int FewImages = 50;

    private readonly QuantizationRequest _request;
    private readonly ModelManifest _manifest;
    private readonly FloatGraph _graph;
    private readonly CalibrationImages _images;

    private QuantizationJob(QuantizationRequest request, ModelManifest manifest, FloatGraph graph, CalibrationImages images, IReadOnlyList<LabelledImage> test) =>
        (_request, _manifest, _graph, _images, Test) = (request, manifest, graph, images, test);

    /// <summary>Images to judge by.</summary>
    public IReadOnlyList<LabelledImage> Test { get; }

    /// <summary>How many images <see cref="Quantize"/> runs.</summary>
    public int Runs => Quantizer.Runs(_images);

    public IEnumerable<string> Warnings => _images.Count >= FewImages ? []
        : [$"{_images.Count} calibration image{(_images.Count == 1 ? "" : "s")}: ranges of so few are left to chance; give 100 or more"];

    /// <exception cref="QuantizationException">The model is none that can be quantized, or images to calibrate with are images to judge by.</exception>
    /// <exception cref="ModelsException">The model cannot be served; every fault is listed.</exception>
    /// <exception cref="EvaluationException">The images to judge by cannot be had.</exception>
    public static async Task<QuantizationJob> OpenAsync(QuantizationRequest request, CancellationToken cancellationToken)
    {
        var (manifest, graph) = await ReadAsync(request.Model);
        var labelled = request.Test is { } path ? EvaluationSet.Read(path, manifest.Labels) : null;
        var images = CalibrationImages.Open(request.Calibration, manifest.Preprocessing, request.Limit, cancellationToken);
        if (labelled is null)
        {
            var (kept, heldOut) = images.HoldOut();
            return new(request, manifest, graph, kept, [.. heldOut.Select(file => new LabelledImage(file, 0))]);
        }

        if (images.SameAs(labelled.Select(image => image.Path)) is { Count: > 0 } same)
            throw new QuantizationException($"{same.Count} of the images of {request.Test} are calibration images too, such as {same[0]}: a model looks better on images that it was calibrated on; take them out of one of the two");
        return new(request, manifest, graph, images, labelled);
    }

    public QuantizedNetwork Quantize(IProgress<int> completed, CancellationToken cancellationToken) =>
        new Quantizer(_graph, _manifest, _images, completed, cancellationToken).Run(_request.MaxDrop);

    /// <summary>Writes graph and manifest, and compares the model's answers with those of the float32 model.</summary>
    /// <param name="directory">Is there, and empty.</param>
    /// <param name="completed">Told how many images have been scored, by either model.</param>
    public async Task<QuantizationReport> WriteAsync(QuantizedNetwork network, string directory, IProgress<int> completed, CancellationToken cancellationToken)
    {
        var manifest = _manifest with { Precision = Precision.Int8, Accuracy = null, Provenance = _manifest.Provenance with { Source = Source() } };
        var path = Path.Combine(directory, ModelManifest.GraphFileName);
        OnnxFile.Write(Described(network.Model.Model, manifest), path);
        ManifestWriter.Write(manifest, Path.Combine(directory, ModelManifest.FileName));

        var comparison = await ModelComparison.MeasureAsync(_request.Model, directory, Test, _request.Test is not null, completed, cancellationToken);
        if (comparison.Int8 is { } measured)
        {
            var accuracy = new Accuracy(measured.Top1, measured.Top5, comparison.Images, _request.Test!, $"resnet evaluate {_request.Output} --images {_request.Test}");
            ManifestWriter.Write(manifest with { Accuracy = accuracy }, Path.Combine(directory, ModelManifest.FileName));
        }

        return new(
            QuantizationReport.CurrentSchemaVersion,
            _request.Model,
            _request.Calibration,
            _images.Count,
            new FileInfo(Path.Combine(_request.Model, ModelManifest.GraphFileName)).Length,
            new FileInfo(path).Length,
            _request.Test,
            comparison,
            _request.MaxDrop,
            comparison.Drop <= _request.MaxDrop,
            QuantizationReport.LayersOf(_graph, network),
            QuantizationReport.TensorsOf(network));
    }

    private string Source() => $"{_manifest.Provenance.Source}; quantized to int8 by resnet quantize, calibrated on {_images.Count} images";

    /// <summary>What the graph's own notes say of precision and source is no longer so.</summary>
    private static Onnx.Format.ModelProto Described(Onnx.Format.ModelProto model, ModelManifest manifest)
    {
        foreach (var entry in model.MetadataProps)
            entry.Value = entry.Key switch { "precision" => "int8", "source" => manifest.Provenance.Source, _ => entry.Value };
        return model;
    }

    /// <summary>As the service would load it.</summary>
    private static async Task<(ModelManifest Manifest, FloatGraph Graph)> ReadAsync(string directory)
    {
        await using var inference = await ResNetInference.OpenAsync(directory);
        var manifest = inference.Model.Manifest;
        if (manifest.Precision != Precision.Fp32)
            throw new QuantizationException($"{directory} is {manifest.Precision.ToString().ToLowerInvariant()} already; quantize the float32 model that it was made of");
        try
        {
            return (manifest, new FloatGraph(PixelInput.Fold(OnnxFile.Read(Path.Combine(directory, ModelManifest.GraphFileName)))));
        }
        catch (QuantizationException e)
        {
            throw new QuantizationException($"{directory}: {e.Message}");
        }
    }
}
