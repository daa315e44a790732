namespace ResNetService.Api.Classify;

/// <summary>A body that is one image.</summary>
internal static class RawBody
{
    public static async Task<Upload> ReadAsync(HttpRequest request, BodyLimits limits, CancellationToken cancellationToken)
    {
        var upload = new Upload();
        try
        {
            upload.Add(null, await ImageBuffer.ReadAsync(request.Body, limits.MaxImageBytes, request.ContentLength, cancellationToken), limits);
            return upload;
        }
        catch
        {
            upload.Dispose();
            throw;
        }
    }
}
