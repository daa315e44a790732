using System.Globalization;
using ResNetService.Api.Errors;

namespace ResNetService.Api.OpenInference.Rest;

/// <summary>How long the JSON at the beginning of a body is, where tensors follow it.</summary>
internal static class InferenceHeader
{
    public const string Name = "Inference-Header-Content-Length";

    /// <returns>0 where there is no JSON at all; null where there is nothing else.</returns>
    /// <exception cref="ProblemException">It is no length within the body.</exception>
    public static int? Of(HttpRequest request, int bodyLength)
    {
        if (!request.Headers.TryGetValue(Name, out var value))
            return null;
        return int.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= bodyLength
            ? length
            : throw ProblemException.Invalid($"{Name} is '{Tensors.Text.Short(value.ToString())}'; it would be right as the length of the JSON at the beginning of the body, which has {bodyLength} bytes.");
    }
}
