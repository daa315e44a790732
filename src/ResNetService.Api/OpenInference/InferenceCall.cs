using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;
using ResNetService.Api.Errors;
using ResNetService.Api.OpenInference.Tensors;
using ResNetService.Inference.Batching;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Models;
using ResNetService.Inference.Tensors;

namespace ResNetService.Api.OpenInference;

/// <summary>A request that has been read, from whichever transport.</summary>
/// <param name="Id">Echoed; null where there is none.</param>
/// <param name="IsTensor">Whether the images are the network's input already, or else files.</param>
internal sealed record InferenceCall(string? Id, bool IsTensor, IReadOnlyList<ReadOnlyMemory<byte>> Images, IReadOnlyList<RequestedOutput> Outputs)
{
    /// <summary>Has the images run with those of other callers.</summary>
    /// <param name="lease">Of the model, which is the same from the first look at the request to the answer.</param>
    /// <param name="mostBytes">That all outputs together may have.</param>
    /// <param name="left">Of the time.</param>
    /// <exception cref="ProblemException">An image cannot be had, the outputs would be too many, or are no numbers where such are needed.</exception>
    /// <exception cref="ServiceException">Queue full, deadline over, not ready.</exception>
    public async Task<IReadOnlyList<OutputTensor>> RunAsync(ITensorRunner runner, ModelLease lease, ModelSignature model, int mostBytes, TimeSpan left, CancellationToken cancellationToken)
    {
        var bytes = Outputs.Sum(output => output.BytesOf(Images.Count));
        if (bytes > mostBytes)
            throw ProblemException.Invalid($"The outputs for {Images.Count} images have {bytes} bytes, and an answer may have {mostBytes}: send fewer images at once, or ask for fewer 'outputs' than {string.Join(" and ", Outputs.Select(output => $"'{output.Output.Name}'"))}.");
        foreach (var (i, image) in Images.Index())
        {
            if (image.IsEmpty)
                throw ProblemException.Invalid($"Element {i} of input '{model.Input.Name}' is empty: send the bytes of an image file.");
        }

        var features = Outputs.Any(output => output.Output == model.Features);
        var response = await runner.RunAsync(new([.. Images.Select(image => new NetworkInput(image, IsTensor))], lease, features, left), cancellationToken);
        foreach (var (i, result) in response.Results.Index())
        {
            if (result.Error is { } error)
                throw new ProblemException(KindOf(error), $"Element {i} of input '{model.Input.Name}': {error.Detail}");
        }

        return [.. Outputs.Select(output => Tensor(output, model, response.Results))];
    }

    /// <summary>The protocol knows an error of the request alone, and one image that is none makes it wrong.</summary>
    private static ProblemKind KindOf(ServiceError error) =>
        error.Code is ErrorCode.UnsupportedImage or ErrorCode.CorruptImage ? ProblemKind.InvalidRequest : ProblemKind.Of(error.Code);

    private OutputTensor Tensor(RequestedOutput output, ModelSignature model, IReadOnlyList<TensorResult> results)
    {
        ReadOnlyMemory<float>[] images = [.. results.Select(result => output.Output == model.Features ? result.Features : result.Logits)];
        // Bytes carry whatever the network gives; neither JSON nor an order of classes has a place for NaN.
        if ((!output.IsBinary || output.Classes is not null) && images.Any(image => !TensorPrimitives.IsFiniteAll(image.Span)))
            throw NotANumber(output, model);
        return output.Classes is { } classes
            ? new StringTensor(new(output.Output.Name, Datatypes.Bytes, [images.Length, classes]), output.IsBinary, [.. images.SelectMany(image => Classes(image.Span, classes, model))])
            : new FloatTensor(output.Output.WithBatch(images.Length), output.IsBinary, images);
    }

    private ProblemException NotANumber(RequestedOutput output, ModelSignature model)
    {
        var isFloat = IsTensor && model.Input.Datatype == Datatypes.Float32;
        foreach (var (i, image) in Images.Index())
        {
            if (isFloat && !TensorPrimitives.IsFiniteAll(MemoryMarshal.Cast<byte, float>(image.Span)))
                return ProblemException.Invalid($"Image {i} of input '{model.Input.Name}' has a NaN or an infinity, and so have its outputs; as binary data they would be sent as they are.");
        }

        return new(ProblemKind.Internal, $"The network's output '{output.Output.Name}' is not a number for these images; as binary data it would be sent as it is.");
    }

    /// <summary>Best first, each <c>value:index:label</c>.</summary>
    private static byte[][] Classes(ReadOnlySpan<float> logits, int classes, ModelSignature model)
    {
        var (best, texts) = (new int[classes], new byte[classes][]);
        TopK.Select(logits, best);
        for (var i = 0; i < classes; i++)
            texts[i] = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{logits[best[i]]}:{best[i]}:{model.Model.Manifest.Labels[best[i]].Name}"));
        return texts;
    }
}
