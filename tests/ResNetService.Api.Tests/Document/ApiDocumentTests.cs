using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.Swagger;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ResNetService.Api.Tests.Document;

public sealed partial class ApiDocumentTests(ServiceHost host) : IClassFixture<ServiceHost>
{
    [Fact]
    public async Task Document_HasAPageThatShowsIt()
    {
        using var page = await host.Client.GetAsync(new Uri("/swagger/index.html", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
    }

    [Theory]
    [InlineData("/classify", "post", "200 400 401 403 404 408 413 415 422 429 500 503 504")]
    [InlineData("/explain", "post", "200 400 401 403 404 408 413 415 422 429 500 503 504")]
    [InlineData("/embed", "post", "200 400 401 403 404 408 413 415 422 429 500 503 504")]
    [InlineData("/models", "get", "200 401 403 429 500")]
    [InlineData("/labels/{model}", "get", "200 304 401 403 404 429 500 503 504")]
    [InlineData("/stats", "get", "200 401 403 429 500")]
    [InlineData("/models/{name}", "get", "200 401 403 404 429 500 503")]
    [InlineData("/health/live", "get", "200 503")]
    [InlineData("/health/ready/{model}", "get", "200 404 500 503")]
    [InlineData("/health/startup", "get", "200 503")]
    [InlineData("/health/ready", "get", "200 503")]
    [InlineData("/v2", "get", "200 401 403 429")]
    [InlineData("/v2/health/ready", "get", "200 503")]
    [InlineData("/v2/models/{name}", "get", "200 401 403 404 429 500 503 504")]
    [InlineData("/v2/models/{name}/versions/{version}/ready", "get", "200 401 403 404 429 500 503")]
    [InlineData("/v2/repository/index", "post", "200 400 401 403 413 415 429 500")]
    [InlineData("/v2/repository/models/{name}/load", "post", "200 400 401 403 404 413 415 429 500 503")]
    [InlineData("/models/{name}", "post", "200 400 401 403 404 408 413 415 422 429 500 503 504")]
    public async Task Operation_DocumentsEveryStatusWithABody(string path, string method, string statuses)
    {
        var responses = (await DocumentAsync()).GetProperty("paths").GetProperty(path).GetProperty(method).GetProperty("responses");

        Assert.Equal(statuses.Split(' '), responses.EnumerateObject().Select(r => r.Name).Order());
        Assert.All(responses.EnumerateObject().Where(r => r.Name != "304"), r => Assert.Equal(
            r.Name[0] is '4' or '5' && !(path.StartsWith("/health", StringComparison.Ordinal) && r.Name == "503") && !path.StartsWith("/v2", StringComparison.Ordinal) && (path, method) != ("/models/{name}", "post") ? "application/problem+json" : "application/json",
            Assert.Single(r.Value.GetProperty("content").EnumerateObject(), c => c.Name != "image/png").Name));
    }

    [Theory]
    [InlineData("/classify", "post", "429", "Retry-After")]
    [InlineData("/classify", "post", "503", "Retry-After")]
    [InlineData("/classify", "post", "200", "ETag")]
    [InlineData("/explain", "post", "200", "ETag")]
    [InlineData("/embed", "post", "200", "ETag")]
    [InlineData("/labels/{model}", "get", "200", "ETag")]
    [InlineData("/labels/{model}", "get", "304", "ETag")]
    [InlineData("/models/{name}", "post", "429", "Retry-After")]
    [InlineData("/v2/models/{name}/infer", "post", "429", "Retry-After")]
    [InlineData("/models", "get", "429", "Retry-After")]
    [InlineData("/models", "get", "401", "WWW-Authenticate")]
    public async Task Operation_DocumentsTheHeadersOfItsReplies(string path, string method, string status, string header)
    {
        var response = (await DocumentAsync()).GetProperty("paths").GetProperty(path).GetProperty(method).GetProperty("responses").GetProperty(status);

        Assert.True(response.GetProperty("headers").TryGetProperty(header, out _), response.GetRawText());
    }

    /// <summary>Clients are made of it: it changes on purpose only.</summary>
    [Fact]
    public async Task Document_IsTheOneThatWasApproved()
    {
        var text = await host.Client.GetStringAsync(new Uri("/swagger/v1/swagger.json", UriKind.Relative), TestContext.Current.CancellationToken);

        Approval.Check("docs/openapi.json", text);
    }

    /// <summary>Making it is work, and everybody may ask for it.</summary>
    [Fact]
    public async Task Document_HoweverOftenItIsAskedFor_IsMadeOnce()
    {
        var made = new MadeDocuments();
        using var counting = new ServiceHost([], services => services.AddSingleton(made).AddTransient<SwaggerGenerator>().AddTransient<IAsyncSwaggerProvider, CountedGenerator>());
        var path = new Uri("/swagger/v1/swagger.json", UriKind.Relative);
        var texts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => counting.Client.GetStringAsync(path, TestContext.Current.CancellationToken)));

        Assert.Single(texts.Distinct());
        Assert.Equal(1, made.Count);
    }

    [Fact]
    public async Task Document_IsValidOpenApi()
    {
        var text = await host.Client.GetStringAsync(new Uri("/swagger/v1/swagger.json", UriKind.Relative), TestContext.Current.CancellationToken);

        var (document, diagnostic) = OpenApiDocument.Parse(text, "json");

        Assert.Empty(diagnostic!.Errors);
        Assert.Empty(diagnostic.Warnings);
        Assert.Empty(document!.Validate(ValidationRuleSet.GetDefaultRuleSet()));
    }

    [Fact]
    public async Task Page_LoadsNothingFromElsewhere()
    {
        var page = await host.Client.GetStringAsync(new Uri("/swagger/index.html", UriKind.Relative), TestContext.Current.CancellationToken);
        var sources = Source().Matches(page).Select(match => match.Groups[1].Value).ToArray();

        Assert.NotEmpty(sources);
        foreach (var source in sources)
        {
            Assert.DoesNotContain("//", source, StringComparison.Ordinal);
            using var response = await host.Client.GetAsync(new Uri($"/swagger/{source}", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task Document_HasNoOtherPaths() =>
        Assert.Equal(
            ["/classify", "/embed", "/explain", "/health/live", "/health/ready", "/health/ready/{model}", "/health/startup", "/labels/{model}", "/models", "/models/{name}", "/stats",
             "/v2", "/v2/health/live", "/v2/health/ready", "/v2/models/{name}", "/v2/models/{name}/infer", "/v2/models/{name}/ready",
             "/v2/models/{name}/versions/{version}", "/v2/models/{name}/versions/{version}/infer", "/v2/models/{name}/versions/{version}/ready",
             "/v2/repository/index", "/v2/repository/models/{name}/load", "/v2/repository/models/{name}/unload"],
            (await DocumentAsync()).GetProperty("paths").EnumerateObject().Select(p => p.Name).Order());

    [Fact]
    public async Task Classify_TakesFilesJsonAndRawBodies_AndHasExamples()
    {
        var classify = (await DocumentAsync()).GetProperty("paths").GetProperty("/classify").GetProperty("post");

        Assert.Equal(["model", "topK", "X-Deadline-Ms"], classify.GetProperty("parameters").EnumerateArray().Select(p => p.Text("name")));
        var content = classify.GetProperty("requestBody").GetProperty("content");
        Assert.Equal(["application/json", "application/octet-stream", "image/*", "multipart/form-data"], content.EnumerateObject().Select(c => c.Name).Order());
        Assert.Equal("binary", content.GetProperty("multipart/form-data").GetProperty("schema").GetProperty("properties").GetProperty("files").GetProperty("items").Text("format"));
        Assert.True(classify.GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").TryGetProperty("example", out _));
    }

    [Theory]
    [InlineData("/v2/models/{name}/infer")]
    [InlineData("/models/{name}")]
    public async Task ExampleOfAnotherProtocol_IsAnswered(string path)
    {
        var example = (await DocumentAsync()).GetProperty("paths").GetProperty(path).GetProperty("post")
            .GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("example");

        using var response = await host.Client.PostAsync(
            new Uri(path.Replace("{name}", "color", StringComparison.Ordinal), UriKind.Relative), Replies.Json(example.GetRawText()), TestContext.Current.CancellationToken);

        Assert.Contains("red", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExampleOfJson_IsAnswered()
    {
        var example = (await DocumentAsync()).GetProperty("paths").GetProperty("/classify").GetProperty("post")
            .GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("example");

        var reply = await host.Client.PostAsync(Replies.Json(example.GetRawText()));

        Assert.Equal("red", reply.GetProperty("results")[0].GetProperty("predictions")[0].Text("label"));
    }

    /// <summary>The page fills in every parameter and every field that it is told of: said in both places, they would contradict each other.</summary>
    [Fact]
    public async Task FormAndExample_RepeatNothingOfTheQuery()
    {
        var content = (await DocumentAsync()).GetProperty("paths").GetProperty("/classify").GetProperty("post").GetProperty("requestBody").GetProperty("content");

        Assert.Equal(["files"], content.GetProperty("multipart/form-data").GetProperty("schema").GetProperty("properties").EnumerateObject().Select(p => p.Name));
        Assert.Equal(["images"], content.GetProperty("application/json").GetProperty("example").EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task Schema_SaysThatAnErrorMayBeNull() =>
        Assert.True((await DocumentAsync()).GetProperty("components").GetProperty("schemas").GetProperty("ClassifyResult")
            .GetProperty("properties").GetProperty("error").GetProperty("nullable").GetBoolean());

    [Fact]
    public async Task References_AllLeadSomewhere()
    {
        var document = await DocumentAsync();
        var references = Descend(document).Where(e => e.ValueKind == JsonValueKind.Object && e.TryGetProperty("$ref", out _)).Select(e => e.Text("$ref")).ToArray();

        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.Equal(
            JsonValueKind.Object, reference.Split('/')[1..].Aggregate(document, (at, name) => at.GetProperty(name)).ValueKind));
    }

    private sealed class MadeDocuments
    {
        public int Count;
    }

    private sealed class CountedGenerator(SwaggerGenerator generator, MadeDocuments made) : IAsyncSwaggerProvider
    {
        public Task<OpenApiDocument> GetSwaggerAsync(string documentName, string? host = null, string? basePath = null)
        {
            Interlocked.Increment(ref made.Count);
            return generator.GetSwaggerAsync(documentName, host, basePath);
        }
    }

    [GeneratedRegex("""(?:src|href)="([^"]+)""")]
    private static partial Regex Source();

    private Task<JsonElement> DocumentAsync() => host.Client.GetJsonAsync("/swagger/v1/swagger.json");

    private static IEnumerable<JsonElement> Descend(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Descend(p.Value)).Prepend(element),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Descend),
        _ => [],
    };
}
