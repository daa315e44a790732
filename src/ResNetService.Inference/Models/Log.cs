using Microsoft.Extensions.Logging;
using ResNetService.Imaging;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Models;

internal static partial class Log
{
    [LoggerMessage(10, LogLevel.Information, "{Model} is ready on {Provider} in {Precision} ({InstructionSet}), JPEG by {JpegDecoder}, loaded and warmed in {Milliseconds:F0} ms")]
    public static partial void ModelReady(this ILogger logger, string model, string provider, Precision precision, string instructionSet, JpegDecoder jpegDecoder, double milliseconds);

    [LoggerMessage(11, LogLevel.Warning, "{Model}: {Warning}")]
    public static partial void ModelWarning(this ILogger logger, string model, string warning);

    [LoggerMessage(12, LogLevel.Error, "{Model} is not served:\n{Faults}")]
    public static partial void ModelInvalid(this ILogger logger, string model, string faults);

    [LoggerMessage(13, LogLevel.Information, "{Model} is the default, of {Folder}")]
    public static partial void DefaultModel(this ILogger logger, string model, string folder);
}
