using ResNetService.Inference.Errors;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Classification;

/// <summary>What logits say, in classes and probabilities.</summary>
internal static class Predictions
{
    /// <param name="topK">1 to the number of classes.</param>
    /// <param name="error">Set where the logits are no numbers; there are no predictions then.</param>
    /// <returns>Best first; of equal ones the lower index first.</returns>
    public static Prediction[] Best(ReadOnlySpan<float> logits, IReadOnlyList<Label> labels, int topK, out ServiceError? error)
    {
        var best = new int[topK];
        if (TryCompute(logits, out var probabilities, out error))
            TopK.Select(logits, best);
        return error is not null ? [] : [.. best.Select(index => new Prediction(index, labels[index].Name, probabilities[index]))];
    }

    /// <summary>The prediction of one class, whichever rank it has.</summary>
    /// <inheritdoc cref="Best"/>
    public static Prediction? Of(int index, ReadOnlySpan<float> logits, IReadOnlyList<Label> labels, out ServiceError? error) =>
        TryCompute(logits, out var probabilities, out error) ? new(index, labels[index].Name, probabilities[index]) : null;

    private static bool TryCompute(ReadOnlySpan<float> logits, out double[] probabilities, out ServiceError? error)
    {
        probabilities = new double[logits.Length];
        error = Softmax.TryCompute(logits, probabilities) ? null : new(
            ErrorCode.Internal, "The network's output for this image is not a number; the model is damaged, or its manifest describes another one.");
        return error is null;
    }
}
