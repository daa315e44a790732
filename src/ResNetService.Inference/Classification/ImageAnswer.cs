using ResNetService.Inference.Errors;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Classification;

/// <summary>What the answer to a request says, whatever was asked.</summary>
/// <param name="Model">That answered.</param>
/// <param name="Timings">Of the images that were computed.</param>
public abstract record Answer(ServedModel Model, StageTimings Timings)
{
    /// <summary>The same for the same images, model and parameters, and another where any of these is; null where nobody has computed it.</summary>
    public string? Tag { get; init; }
}

/// <summary>What the answer for one image says, whatever was asked.</summary>
/// <param name="Name">As the caller gave it; null where there was none.</param>
/// <param name="Width">In pixels, after orientation; 0 where the image could not be decoded.</param>
/// <param name="Height">As <paramref name="Width"/>.</param>
/// <param name="Error">Why there is no answer; else null.</param>
public abstract record ImageAnswer(string? Name, int Width, int Height, ServiceError? Error);
