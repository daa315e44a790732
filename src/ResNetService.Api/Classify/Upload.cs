using ResNetService.Api.Errors;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Errors;

namespace ResNetService.Api.Classify;

/// <summary>One image as it arrived: its data or, where it is over a limit, why it was not kept.</summary>
internal sealed record UploadedImage(string? Name, ReadOnlyMemory<byte> Data, ServiceError? Error = null)
{
    public static UploadedImage TooLarge(string? name, BodyLimits limits) =>
        new(name, default, new ServiceError(ErrorCode.TooManyBytes, $"The image has more than {limits.MaxImageBytes} bytes: send a smaller one."));
}

/// <summary>The images of a request in their order, with what the body says of model and topK. Owns their memory.</summary>
internal sealed class Upload : IDisposable
{
    private readonly List<UploadedImage> _images = [];
    private readonly List<ImageBuffer> _buffers = [];

    public IReadOnlyList<UploadedImage> Images => _images;

    public Choice Choice { get; set; } = Choice.None;

    /// <exception cref="ProblemException">The image is empty, or one too many.</exception>
    public void Add(string? name, ImageBuffer? buffer, BodyLimits limits)
    {
        if (buffer is not null)
            _buffers.Add(buffer);
        Add(buffer is null ? UploadedImage.TooLarge(name, limits) : new UploadedImage(name, buffer.Data), limits);
    }

    /// <exception cref="ProblemException">The image is empty, or one too many.</exception>
    public void Add(UploadedImage image, BodyLimits limits)
    {
        if (image is { Error: null, Data.Length: 0 })
            throw ProblemException.Invalid($"Image {_images.Count} ({image.Name ?? "without a name"}) is empty: send the bytes of an image file.");
        if (_images.Count == limits.MaxImages)
            throw ProblemException.Invalid($"The request has more than {limits.MaxImages} images: send the others in a further request.");
        _images.Add(image);
    }

    /// <summary>What the core is asked, or null where no image is within the limits.</summary>
    public ClassificationRequest? ToRequest()
    {
        EncodedImage[] images = [.. _images.Where(image => image.Error is null).Select(image => new EncodedImage(image.Name, image.Data))];
        return images.Length == 0 ? null : new ClassificationRequest(images, Choice.Model, Choice.TopK);
    }

    public void Dispose()
    {
        foreach (var buffer in _buffers)
            buffer.Dispose();
        _buffers.Clear();
    }
}
