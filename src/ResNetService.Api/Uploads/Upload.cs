using ResNetService.Api.Errors;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Errors;

namespace ResNetService.Api.Uploads;

/// <summary>One image as it arrived: its data or, where it cannot be one, why.</summary>
internal sealed record UploadedImage(string? Name, ReadOnlyMemory<byte> Data, ServiceError? Error = null)
{
    public static UploadedImage Of(string? name, ReadOnlyMemory<byte> data, BodyLimits limits) =>
        data.IsEmpty ? Refused(name, ErrorCode.InvalidRequest, "The image is empty: send the bytes of an image file.")
        : data.Length > limits.MaxImageBytes ? TooLarge(name, limits)
        : new(name, data);

    public static UploadedImage TooLarge(string? name, BodyLimits limits) =>
        Refused(name, ErrorCode.TooManyBytes, $"The image has more than {limits.MaxImageBytes} bytes: send a smaller one.");

    public static UploadedImage NotBase64(string? name) =>
        Refused(name, ErrorCode.InvalidRequest, "The image's data is not base64: send the bytes of the file in A-Z, a-z, 0-9, '+' and '/', padded with '=', and without 'data:…,' before them.");

    private static UploadedImage Refused(string? name, ErrorCode code, string detail) => new(name, default, new ServiceError(code, detail));
}

/// <summary>The images of a request in their order, with what the body says of model and topK. Owns their memory.</summary>
internal sealed class Upload : IDisposable
{
    private readonly List<UploadedImage> _images = [];
    private readonly List<ImageBuffer> _buffers = [];

    public IReadOnlyList<UploadedImage> Images => _images;

    /// <summary>Of all images.</summary>
    public long Bytes => _images.Sum(image => (long)image.Data.Length);

    public Choice Choice { get; set; } = Choice.None;

    /// <summary>Set once all has been read.</summary>
    public Deadline? Deadline { get; set; }

    /// <param name="buffer">Null where the image is too large.</param>
    /// <exception cref="ProblemException">The image is one too many.</exception>
    public void Add(string? name, ImageBuffer? buffer, BodyLimits limits)
    {
        if (buffer is not null)
            _buffers.Add(buffer);
        Add(buffer is null ? UploadedImage.TooLarge(name, limits) : UploadedImage.Of(name, buffer.Data, limits), limits);
    }

    /// <exception cref="ProblemException">The image is one too many.</exception>
    public void Add(UploadedImage image, BodyLimits limits)
    {
        if (_images.Count == limits.MaxImages)
            throw ProblemException.Invalid($"The request has more than {limits.MaxImages} images: send the others in a further request.");
        _images.Add(image);
    }

    /// <summary>Why the request has no answer, where no image is within the limits; else null.</summary>
    public Problem? Refusal => FailedRequest.Of(_images.Select(image => image.Error));

    /// <summary>The images that are within the limits: what the core is asked about.</summary>
    public IReadOnlyList<EncodedImage> Accepted => [.. _images.Where(image => image.Error is null).Select(image => new EncodedImage(image.Name, image.Data))];

    /// <summary>The core's results, with those images between them that never reached it.</summary>
    public IReadOnlyList<T> InOrder<T>(IReadOnlyList<T> results, Func<UploadedImage, T> refused)
    {
        var next = 0;
        return [.. _images.Select(image => image.Error is null ? results[next++] : refused(image))];
    }

    public void Dispose()
    {
        foreach (var buffer in _buffers)
            buffer.Dispose();
        _buffers.Clear();
    }
}
