using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using ResNetService.Api.Errors;
using ResNetService.Api.Security.Limits;
using ResNetService.Inference;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Errors;

namespace ResNetService.Api.Uploads;

/// <summary>Reads the images of a request into memory, within limits and within its deadline, from any of the three forms.</summary>
internal sealed class BodyReader(
    IImageClassifier classifier, IOptions<RequestOptions> requests, IOptions<ImagingOptions> images, ClientLimits limits, BodyMeter bodies, TimeProvider time)
{
    private readonly BodyLimits _limits = new(requests.Value.MaxImages, (int)Math.Min(images.Value.MaxBytes, requests.Value.MaxBytes));

    private const string Accepted =
        "Send one image as image/* or application/octet-stream, several as multipart/form-data (curl -F file=@photo.jpg), or application/json with base64.";

    /// <param name="fields">What the route takes besides images, of <see cref="Choice"/>.</param>
    /// <exception cref="ProblemException">The body or the query is not what can be classified.</exception>
    /// <exception cref="ServiceException">There is no such model, or it takes no request now: said before the body is read, where the head names the model.</exception>
    /// <exception cref="BadHttpRequestException">The body is too large, too slow or incomplete.</exception>
    public async Task<Upload> ReadAsync(HttpRequest request, IReadOnlyList<string> fields, CancellationToken cancellationToken)
    {
        var deadline = Deadline.Of(request, requests.Value.MaxDeadline, time);
        using var reading = bodies.Start();
        var upload = await deadline.WhileReadingAsync(token => ReadBodyAsync(request, fields, token), cancellationToken);
        reading.Ended(upload.Choice.Model, upload.Bytes);
        upload.Deadline = deadline;
        return upload;
    }

    private async Task<Upload> ReadBodyAsync(HttpRequest request, IReadOnlyList<string> fields, CancellationToken cancellationToken)
    {
        var choice = Choice.FromQuery(request.Query, fields);
        var read = ReaderOf(request);
        // A form or JSON may yet name another model than the default.
        if (choice.Model is not null || read == RawBody.ReadAsync)
            classifier.EnsureRoom(choice.Model);
        var upload = await read(request, _limits, fields, cancellationToken);
        try
        {
            if (upload.Images.Count == 0)
                throw ProblemException.Invalid($"The request has no image. {Accepted}");
            limits.TakeImages(request.HttpContext, upload.Images.Count);
            upload.Choice = choice.And(upload.Choice);
            return upload;
        }
        catch
        {
            upload.Dispose();
            throw;
        }
    }

    /// <exception cref="ProblemException">The body is compressed.</exception>
    public static void EnsureNotEncoded(HttpRequest request)
    {
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding != "identity")
            throw Unsupported($"Content-Encoding '{encoding}' is not accepted: send the body as it is.");
    }

    private static Func<HttpRequest, BodyLimits, IReadOnlyList<string>, CancellationToken, Task<Upload>> ReaderOf(HttpRequest request)
    {
        if (request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
            throw ProblemException.Invalid($"The request has no body. {Accepted}");
        EnsureNotEncoded(request);
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
            throw Unsupported($"{(request.ContentType is null ? "Content-Type is missing" : $"Content-Type '{request.ContentType}' cannot be read")}. {Accepted}");
        if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            return MultipartBody.ReadAsync;
        if (RawBody.Takes(type))
            return RawBody.ReadAsync;
        if (!type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
            throw Unsupported($"Content-Type '{type.MediaType}' is not accepted. {Accepted}");
        if (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            throw Unsupported($"JSON in '{type.Charset}' is not accepted: send it in UTF-8.");
        return JsonBody.ReadAsync;
    }

    private static ProblemException Unsupported(string detail) => new(ProblemKind.UnsupportedMediaType, detail);
}
