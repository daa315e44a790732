using ResNetService.Inference.Batching;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Tensors;

internal sealed class TensorRunner(ModelRuns runs) : ITensorRunner
{
    public void EnsureRoom(string? model) => runs.Find(model).Batcher.EnsureRoom();

    public async Task<TensorResponse> RunAsync(TensorRequest request, CancellationToken cancellationToken)
    {
        var instance = runs.Find(request.Model);
        if (request.Features)
            instance.RequireFeatures();
        var bytes = BatchLayout.Of(instance.Model.Manifest, capacity: 1).ImageBytes;
        if (request.Inputs.Where(input => input.IsTensor && input.Data.Length != bytes).Select(input => (int?)input.Data.Length).FirstOrDefault() is { } wrong)
            throw new ServiceException(new(ErrorCode.InvalidRequest, $"A tensor has {wrong} bytes; one image of {instance.Model.Name} has {bytes}."));

        FeatureReading? reading = request.Features ? (_, features) => features.ToArray() : null;
        var run = await runs.RunAsync(instance, request.Inputs, reading, request.Deadline, cancellationToken);
        return new(instance.Model, runs.Answer(instance, run, (image, _) => new TensorResult(image.Logits, image.Reading, image.Error)), run.Timings);
    }
}
