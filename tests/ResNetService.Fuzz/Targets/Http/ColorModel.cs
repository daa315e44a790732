using System.Text;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Models;
using ResNetService.Inference.Tensors;
using ResNetService.ModelFormat;
using ResNetService.TestSupport;

namespace ResNetService.Fuzz.Targets.Http;

/// <summary>A repository of one model, uint8 [N,8,8,3] or float32 [N,3,8,8] to three classes, which gives the same for every image.</summary>
internal sealed class ColorModel(bool isFloat) : IModelCatalog, ITensorRunner
{
    private readonly ServedModel _model = new(
        "color", "1", ManifestReader.Read(Encoding.UTF8.GetBytes(isFloat ? TinyModelRepository.Manifest(inputType: "float32", layout: "nchw", features: "features") : TinyModelRepository.Manifest()), ModelManifest.FileName),
        "", new ExecutionInfo("cpu", Precision.Fp32, "none"), 1, isFloat ? new FeatureMapShape(2, 1, 1) : null);

    public bool IsReady => true;

    public IReadOnlyList<ModelStatus> Models => [];

    public IReadOnlyList<ModelLoad> Loads => [];

    public ServedModel Find(string? reference) => _model;

    public ValueTask<ModelLease> AcquireAsync(string? reference, TimeSpan? deadline, CancellationToken cancellationToken)
    {
        // Nothing is loaded: this very object runs what is asked.
        var instance = new ModelInstance(_model, null!, null!, null!, null, 0);
        instance.TryHold();
        return ValueTask.FromResult(new ModelLease(instance));
    }

    public void EnsureRoom(ModelChoice model)
    {
    }

    public Task<TensorResponse> RunAsync(TensorRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new TensorResponse(_model, [.. request.Inputs.Select(_ => new TensorResult(new float[] { 1, 2, 3 }, new float[] { 4, 5 }, null))], default!));
}
