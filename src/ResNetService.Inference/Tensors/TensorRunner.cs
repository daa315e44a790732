using ResNetService.Inference.Batching;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Tensors;

internal sealed class TensorRunner(ModelRuns runs) : ITensorRunner
{
    public void EnsureRoom(ModelChoice model) => runs.EnsureRoom(model);

    public async Task<TensorResponse> RunAsync(TensorRequest request, CancellationToken cancellationToken)
    {
        using var use = await runs.OpenAsync(request.Model, request.Deadline, cancellationToken);
        if (request.Features)
            use.Instance.RequireFeatures();
        var bytes = BatchLayout.Of(use.Model.Manifest, capacity: 1).ImageBytes;
        if (request.Inputs.Where(input => input.IsTensor && input.Data.Length != bytes).Select(input => (int?)input.Data.Length).FirstOrDefault() is { } wrong)
            throw new ServiceException(new(ErrorCode.InvalidRequest, $"A tensor has {wrong} bytes; one image of {use.Model.Name} has {bytes}."));

        FeatureReading? reading = request.Features ? (_, features) => features.ToArray() : null;
        var run = await use.RunAsync(request.Inputs, reading, cancellationToken);
        return new(use.Model, use.Answer(run, (image, _) => new TensorResult(image.Logits, image.Reading, image.Error)), run.Timings);
    }
}
