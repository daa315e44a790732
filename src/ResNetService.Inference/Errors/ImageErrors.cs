using ResNetService.Imaging;

namespace ResNetService.Inference.Errors;

/// <summary>What Imaging finds, in the terms of the service.</summary>
internal static class ImageErrors
{
    public static ServiceError Translate(ImageException exception) => new(
        exception.Fault switch
        {
            ImageFault.UnsupportedFormat => ErrorCode.UnsupportedImage,
            ImageFault.TooManyBytes => ErrorCode.TooManyBytes,
            ImageFault.TooManyPixels => ErrorCode.TooManyPixels,
            _ => ErrorCode.CorruptImage,
        },
        exception.Message);
}
