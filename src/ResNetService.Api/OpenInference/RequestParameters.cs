using ResNetService.Api.Errors;
using ResNetService.Api.OpenInference.Tensors;

namespace ResNetService.Api.OpenInference;

/// <summary>Parameters that no transport may pass over in silence.</summary>
internal static class RequestParameters
{
    public const string Classification = "classification";

    /// <exception cref="ProblemException">It says that the data are somewhere else.</exception>
    public static void Refuse(string name)
    {
        if (name.StartsWith("shared_memory_", StringComparison.Ordinal))
            throw ProblemException.Invalid($"The parameter '{Text.Short(name)}' is not supported: the service shares no memory with its callers, send the data themselves.");
    }
}
