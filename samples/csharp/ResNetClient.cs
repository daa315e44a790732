using System.Net.Http.Json;

namespace ClassifySample;

/// <summary>A typed client of the service. Any number of photographs are one request.</summary>
internal sealed class ResNetClient(HttpClient client)
{
    /// <exception cref="HttpRequestException">The service cannot be reached, or has no answer for any photograph; the message says why.</exception>
    public async Task<Reply> ClassifyAsync(IEnumerable<string> photographs, int topK, CancellationToken cancellationToken = default)
    {
        using var form = new MultipartFormDataContent();
        foreach (var path in photographs)
            form.Add(await PartAsync(path, cancellationToken));

        using var response = await client.PostAsync(new Uri($"classify?topK={topK}", UriKind.Relative), form, cancellationToken);
        if (response.IsSuccessStatusCode)
            return (await response.Content.ReadFromJsonAsync<Reply>(cancellationToken))!;

        // Every error of the service is application/problem+json; a proxy's need not be.
        var problem = response.Content.Headers.ContentType?.MediaType == "application/problem+json"
            ? await response.Content.ReadFromJsonAsync<Problem>(cancellationToken)
            : null;
        throw new HttpRequestException(problem?.Detail ?? $"the server answered {(int)response.StatusCode}", null, response.StatusCode);
    }

    /// <summary>With the name as <c>filename*</c>, which takes every character; <c>filename</c> takes no quotation mark.</summary>
    private static async Task<ByteArrayContent> PartAsync(string path, CancellationToken cancellationToken)
    {
        var part = new ByteArrayContent(await File.ReadAllBytesAsync(path, cancellationToken));
        part.Headers.ContentDisposition = new("form-data") { Name = "image", FileNameStar = Path.GetFileName(path) };
        return part;
    }
}

internal sealed record Reply(string Model, string Version, IReadOnlyList<Result> Results);

internal sealed record Result(string? Name, IReadOnlyList<Prediction> Predictions, Problem? Error);

internal sealed record Prediction(int Index, string Label, double Probability);

internal sealed record Problem(string Type, string Title, int Status, string Detail);
