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

    [LoggerMessage(14, LogLevel.Error, "{Model} has changed and cannot be loaded; what was loaded before serves on:\n{Faults}")]
    public static partial void ModelKept(this ILogger logger, string model, string faults);

    [LoggerMessage(15, LogLevel.Information, "{Model} ends: {Reason}")]
    public static partial void ModelEnds(this ILogger logger, string model, string reason);

    [LoggerMessage(16, LogLevel.Information, "{Model} has answered what it held, and is gone")]
    public static partial void ModelGone(this ILogger logger, string model);

    [LoggerMessage(17, LogLevel.Error, "{Model} could not be ended")]
    public static partial void ModelStays(this ILogger logger, Exception exception, string model);

    [LoggerMessage(18, LogLevel.Error, "The models stay as they are: {Reason}")]
    public static partial void ModelsStay(this ILogger logger, string reason);

    [LoggerMessage(29, LogLevel.Information, "The models follow their files again")]
    public static partial void ModelsFollow(this ILogger logger);

    [LoggerMessage(33, LogLevel.Warning, "{Model} begins to load once more, with a share of the cores of its own: what others leave was not enough in its time")]
    public static partial void LoadBeginsAgain(this ILogger logger, string model);

    [LoggerMessage(19, LogLevel.Information, "{Model} is loaded when it is asked for: {Reason}")]
    public static partial void ModelWaits(this ILogger logger, string model, string reason);

    [LoggerMessage(27, LogLevel.Warning, "{Model} serves on: {Reason}")]
    public static partial void ModelServesOn(this ILogger logger, string model, string reason);

    [LoggerMessage(28, LogLevel.Error, "Models:Default is {Wanted}, which does not serve; until it does, the default is {Default}")]
    public static partial void DefaultDoesNotServe(this ILogger logger, string wanted, string? @default);

    [LoggerMessage(25, LogLevel.Error, "The models have not ended in the time of the shutdown: a run hangs, or a request does")]
    public static partial void EndTooSlow(this ILogger logger);

    [LoggerMessage(26, LogLevel.Error, "{Model} could not be loaded, by a defect or for lack of memory")]
    public static partial void LoadFailed(this ILogger logger, Exception exception, string model);

    [LoggerMessage(22, LogLevel.Error, "The models could not be looked after; the next look comes")]
    public static partial void LookFailed(this ILogger logger, Exception exception);
}
