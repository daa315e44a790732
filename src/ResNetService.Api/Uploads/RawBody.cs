using Microsoft.Net.Http.Headers;

namespace ResNetService.Api.Uploads;

/// <summary>A body that is one image.</summary>
internal static class RawBody
{
    public static bool Takes(MediaTypeHeaderValue type) =>
        type.Type.Equals("image", StringComparison.OrdinalIgnoreCase)
        || type.MediaType.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase);

    public static async Task<Upload> ReadAsync(HttpRequest request, BodyLimits limits, IReadOnlyList<string> fields, CancellationToken cancellationToken)
    {
        var upload = new Upload();
        try
        {
            // One that is announced as too large is not waited for.
            var buffer = request.ContentLength > limits.MaxImageBytes ? null : await ImageBuffer.ReadAsync(request.Body, limits.MaxImageBytes, cancellationToken, request.ContentLength);
            upload.Add(null, buffer, limits);
            return upload;
        }
        catch
        {
            upload.Dispose();
            throw;
        }
    }
}
