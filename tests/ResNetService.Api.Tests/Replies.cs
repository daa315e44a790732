using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace ResNetService.Api.Tests;

/// <summary>Requests in one line, and what every reply must be.</summary>
internal static class Replies
{
    public static byte[] Red { get; } = TinyImage.Png(6, 4, 250, 10, 10);

    public static byte[] Green { get; } = TinyImage.Png(5, 5, 10, 250, 10);

    public static byte[] Blue { get; } = TinyImage.Png(3, 7, 10, 10, 250);

    /// <summary>A PNG whose header can be read and whose pixels are missing.</summary>
    public static byte[] Broken => Red[..40];

    public static byte[] NoImage => "no image at all, only words"u8.ToArray();

    public static ByteArrayContent Raw(byte[] image, string? type = "image/png")
    {
        var content = new ByteArrayContent(image);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        return content;
    }

    public static MultipartFormDataContent Form(params (string Name, byte[] Data)[] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, data) in files)
            form.Add(new ByteArrayContent(data), "file", name);
        return form;
    }

    public static StringContent Json(string json) => new(json, new MediaTypeHeaderValue("application/json"));

    public static async Task<JsonElement> PostAsync(this HttpClient client, HttpContent content, string query = "", string route = "/classify")
    {
        using var response = await client.PostAsync(new Uri($"{route}{query}", UriKind.Relative), content, TestContext.Current.CancellationToken);
        return await response.ReadAsync(HttpStatusCode.OK);
    }

    public static async Task<JsonElement> FailAsync(this HttpClient client, HttpContent content, int status, string kind, string query = "", string route = "/classify")
    {
        using var response = await client.PostAsync(new Uri($"{route}{query}", UriKind.Relative), content, TestContext.Current.CancellationToken);
        return await response.ReadProblemAsync(status, kind);
    }

    public static async Task<JsonElement> GetJsonAsync(this HttpClient client, string path, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return await response.ReadAsync(status);
    }

    /// <summary>A body of exactly the fields that a problem has, each with something in it.</summary>
    public static async Task<JsonElement> ReadProblemAsync(this HttpResponseMessage response, int status, string kind)
    {
        var problem = await response.ReadAsync((HttpStatusCode)status, "application/problem+json");
        Assert.Equal($"urn:resnetservice:problem:{kind}", problem.Text("type"));
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.Text("title"));
        Assert.NotEmpty(problem.Text("detail"));
        Assert.NotEmpty(problem.Text("traceId"));
        return problem;
    }

    public static string Text(this JsonElement json, string property) => json.GetProperty(property).GetString()!;

    public static async Task<JsonElement> ReadAsync(this HttpResponseMessage response, HttpStatusCode status, string type = "application/json")
    {
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(status == response.StatusCode, $"{(int)response.StatusCode} in place of {(int)status}: {body}");
        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
        return JsonDocument.Parse(body).RootElement;
    }
}
