using Microsoft.Extensions.Logging;

namespace ResNetService.Inference.Execution;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "CUDA is not used, models run on the CPU: {Reason}")]
    public static partial void CudaUnavailable(this ILogger logger, string reason);
}
