namespace ResNetService.Imaging;

/// <summary>What decodes JPEG. The pixels and the refusals are the same.</summary>
public enum JpegDecoder
{
    /// <summary>libjpeg-turbo where the system has it, else libvips.</summary>
    Auto,

    /// <summary>libvips, which comes with this library.</summary>
    Libvips,

    /// <summary>The system's libjpeg-turbo, by its TurboJPEG interface; a failure where it is missing. Kinds of JPEG that it could decode otherwise go to libvips.</summary>
    TurboJpeg,
}
