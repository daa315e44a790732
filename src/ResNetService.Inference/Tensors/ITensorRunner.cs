using ResNetService.Inference.Batching;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Tensors;

/// <summary>A network's inputs in, its outputs out, batched with what others send: for those who preprocess by themselves, or read logits.</summary>
public interface ITensorRunner
{
    /// <summary>Whether a request would be taken now: a hint, before its data are read.</summary>
    /// <exception cref="ServiceException">Unknown model, queue full, not ready.</exception>
    void EnsureRoom(ModelChoice model);

    /// <summary>Runs each input; results stand in the order of the inputs.</summary>
    /// <param name="cancellationToken">The caller has gone: its inputs are dropped before they cost a run.</param>
    /// <exception cref="ServiceException">
    /// No input can have an answer: unknown model, a tensor of another length than the network's input, features that the model has not, queue full,
    /// deadline over, not ready.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    Task<TensorResponse> RunAsync(TensorRequest request, CancellationToken cancellationToken);
}

/// <param name="Inputs">At least one; tensors and encoded images may be mixed. Their memory must stay valid until the run ends.</param>
/// <param name="Model"><c>name</c>, <c>name:version</c> or an alias; null for the default model. Or a model that the caller holds.</param>
/// <param name="Features">Whether the output that the manifest calls <c>features</c> is wanted too.</param>
/// <param name="Deadline">From now on: what is not answered by then is not computed any more. Null for none.</param>
public sealed record TensorRequest(IReadOnlyList<NetworkInput> Inputs, ModelChoice Model = default, bool Features = false, TimeSpan? Deadline = null);

public sealed record TensorResponse(ServedModel Model, IReadOnlyList<TensorResult> Results, StageTimings Timings);

/// <param name="Logits">One a class, as the network gives them: NaN and infinities too. Empty where <paramref name="Error"/> is set.</param>
/// <param name="Features">[channels, rows, columns] of <see cref="ServedModel.Features"/>; empty where they were not asked for.</param>
public sealed record TensorResult(ReadOnlyMemory<float> Logits, ReadOnlyMemory<float> Features, ServiceError? Error);
