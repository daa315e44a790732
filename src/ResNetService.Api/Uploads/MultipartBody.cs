using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using ResNetService.Api.Errors;

namespace ResNetService.Api.Uploads;

/// <summary>A form with any number of files under any names, and perhaps <c>model</c> and <c>topK</c> as fields.</summary>
internal static class MultipartBody
{
    private const int MaxBoundaryLength = 70; // RFC 2046, section 5.1.1
    private const int MaxHeadersOfAPart = 16;
    private const int MaxHeaderBytesOfAPart = 8 * 1024;
    private const int MaxFieldBytes = 1024;

    public static async Task<Upload> ReadAsync(HttpRequest request, BodyLimits limits, IReadOnlyList<string> fields, CancellationToken cancellationToken)
    {
        var reader = new MultipartReader(Boundary(request), request.Body)
        {
            HeadersCountLimit = MaxHeadersOfAPart,
            HeadersLengthLimit = MaxHeaderBytesOfAPart,
        };
        var upload = new Upload();
        try
        {
            var given = 0;
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
                given += await AddAsync(upload, section, limits, fields, given, cancellationToken) ? 0 : 1;
            return upload;
        }
        catch (Exception e) when (e is InvalidDataException or (IOException and not (BadHttpRequestException or ConnectionResetException)))
        {
            upload.Dispose();
            throw ProblemException.Invalid($"The multipart body is broken after {upload.Images.Count} complete images: every part begins and the body ends with the boundary, and a part has at most {MaxHeadersOfAPart} headers of {MaxHeaderBytesOfAPart} bytes.", e);
        }
        catch
        {
            upload.Dispose();
            throw;
        }
    }

    private static string Boundary(HttpRequest request)
    {
        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(request.ContentType).Boundary).Value;
        return boundary is { Length: > 0 and <= MaxBoundaryLength }
            ? boundary
            : throw ProblemException.Invalid($"Content-Type is multipart/form-data without a boundary of 1 to {MaxBoundaryLength} characters; clients that build forms add one by themselves.");
    }

    /// <param name="given">Fields so far.</param>
    /// <returns>False for a field: there can only be a few.</returns>
    private static async Task<bool> AddAsync(
        Upload upload, MultipartSection section, BodyLimits limits, IReadOnlyList<string> fields, int given, CancellationToken cancellationToken)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) || !disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase))
            throw ProblemException.Invalid($"The part after {upload.Images.Count} images has no header 'Content-Disposition: form-data; name=…'.");

        if (FileName(disposition) is { } fileName)
        {
            await AddImageAsync(upload, section, fileName, limits, cancellationToken);
            return true;
        }

        var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
        if (Choice.FieldNamed(name, fields) is { } field)
        {
            if (given == fields.Count)
                throw ProblemException.Invalid($"The form has more than {fields.Count} fields: give {Choice.Listed(fields)} at most once.");
            upload.Choice = upload.Choice.And(Choice.FromField(field, await ReadFieldAsync(section.Body, name, cancellationToken)));
            return false;
        }

        if (!MediaTypeHeaderValue.TryParse(section.ContentType, out var type) || !RawBody.Takes(type))
            throw ProblemException.Invalid($"There is no form field '{name}'; {Choice.Listed(fields)} are known, and an image has a filename or the Content-Type image/*.");
        await AddImageAsync(upload, section, name, limits, cancellationToken);
        return true;
    }

    private static string? FileName(ContentDispositionHeaderValue disposition)
    {
        // The framework decodes this one without a look at whether it is there: "filename*" alone would be a failure of ours.
        var hasEncoded = disposition.Parameters.Any(parameter => parameter.Name.Equals("filename*", StringComparison.OrdinalIgnoreCase) && parameter.Value.HasValue);
        return (hasEncoded && disposition.FileNameStar is { HasValue: true } decoded ? decoded : HeaderUtilities.RemoveQuotes(disposition.FileName)).Value;
    }

    /// <summary>The rest of an image over the limit is skipped by the reader, so the images after it still have their answers.</summary>
    private static async Task AddImageAsync(
        Upload upload, MultipartSection section, string name, BodyLimits limits, CancellationToken cancellationToken)
    {
        var buffer = await ImageBuffer.ReadAsync(section.Body, limits.MaxImageBytes, cancellationToken);
        // A browser sends a file input that was left empty as a file without name and content.
        if (name.Length == 0 && buffer is { Data.Length: 0 })
            buffer.Dispose();
        else
            upload.Add(name, buffer, limits);
    }

    private static async Task<string> ReadFieldAsync(Stream body, string name, CancellationToken cancellationToken)
    {
        using var buffer = await ImageBuffer.ReadAsync(body, MaxFieldBytes, cancellationToken)
            ?? throw ProblemException.Invalid($"The form field '{name}' has more than {MaxFieldBytes} bytes.");
        return Encoding.UTF8.GetString(buffer.Data.Span);
    }
}
