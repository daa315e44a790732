using System.Net;
using System.Reflection;
using System.Text.Json;
using Polly;
using Polly.Timeout;
using ResNetService.Modeling.Commands;

namespace ResNetService.Modeling.Classification.Server;

/// <summary>The service's HTTP API, as far as files are classified through it. Each request is tried again as <see cref="RetryPolicy"/> says.</summary>
internal sealed class ServiceClient : IDisposable
{
    private const int MostBytesOfAReply = 64 << 20;

    /// <summary>So that a file that is too large, or a queue that is full, is refused before the file is sent.</summary>
    private const int BytesWorthAsking = 1 << 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };

    private readonly HttpClient _client;
    private readonly ResiliencePipeline<HttpResponseMessage> _firstContact;
    private readonly ResiliencePipeline<HttpResponseMessage> _later;

    /// <param name="key">Of the service, or a token of its identity provider; null where it asks for none.</param>
    public ServiceClient(Uri address, string? key, RetryPolicy policy, TimeProvider time)
    {
        _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
        {
            BaseAddress = address,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MostBytesOfAReply,
        };
        _client.DefaultRequestHeaders.UserAgent.Add(new("resnet", Assembly.GetExecutingAssembly().GetName().Version!.ToString(3)));
        if (key is not null)
            _client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        (_firstContact, _later) = (policy.AtFirstContact.ToPipeline(time), policy.ToPipeline(time));
    }

    private Uri Address => _client.BaseAddress!;

    /// <param name="reference"><c>name</c> or <c>name:version</c>; null for the model that the service answers with unless told otherwise.</param>
    /// <exception cref="CommandException">There is no such service, or no such model that serves.</exception>
    public async Task<ModelReply> FindModelAsync(string? reference, CancellationToken cancellationToken)
    {
        if (reference is null)
        {
            var models = (await GetAsync<ModelList>("models", cancellationToken)).Models;
            reference = models.FirstOrDefault(model => model.IsDefault)?.Reference ?? throw new CommandException(
                $"{Address} serves no model unless it is named; --model names one of {string.Join(", ", models.Select(model => model.Reference))}");
        }

        var model = await GetAsync<ModelReply>($"models/{Uri.EscapeDataString(reference)}", cancellationToken);
        return model is { Labels: not null, Provider: not null, Precision: not null } ? model : throw new CommandException(
            $"{Address} does not serve {model.Name}:{model.Version}, which is {model.State}{string.Concat(model.Faults.Select(fault => $"{Environment.NewLine}  {fault}"))}");
    }

    /// <returns>What the service says of this image: an answer, or why it has none.</returns>
    /// <exception cref="CommandException">The service answers no image any more.</exception>
    public async Task<(ClassifyReply.Result? Answer, string? Error)> ClassifyAsync(byte[] image, string model, int topK, CancellationToken cancellationToken)
    {
        var query = $"classify?model={Uri.EscapeDataString(model)}&topK={topK}";
        using var response = await SendAsync(
            _later,
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Post, query) { Content = new ByteArrayContent(image) };
                request.Content.Headers.ContentType = new("application/octet-stream");
                request.Headers.ExpectContinue = image.Length > BytesWorthAsking;
                return request;
            },
            cancellationToken);
        if (!response.IsSuccessStatusCode)
            return IsOfTheImage(response.StatusCode) ? (null, await ReasonAsync(response)) : throw await RefusalAsync(response);
        return await ReadAsync<ClassifyReply>(response) is { Results: [var result] } ? (result, null) : throw NoService(response);
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Another image may have an answer. 500 and 504 are returned here after every attempt only, and may lie in the image.</summary>
    private static bool IsOfTheImage(HttpStatusCode status) => status
        is HttpStatusCode.BadRequest or HttpStatusCode.RequestTimeout or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnsupportedMediaType
        or HttpStatusCode.UnprocessableEntity or HttpStatusCode.InternalServerError or HttpStatusCode.GatewayTimeout;

    private async Task<T> GetAsync<T>(string route, CancellationToken cancellationToken)
        where T : class
    {
        using var response = await SendAsync(_firstContact, () => new(HttpMethod.Get, route), cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw await RefusalAsync(response);
        return await ReadAsync<T>(response) ?? throw NoService(response);
    }

    /// <param name="create">Makes the request, once for every attempt.</param>
    private async Task<HttpResponseMessage> SendAsync(ResiliencePipeline<HttpResponseMessage> pipeline, Func<HttpRequestMessage> create, CancellationToken cancellationToken)
    {
        try
        {
            return await pipeline.ExecuteAsync(
                async token =>
                {
                    using var request = create();
                    return await _client.SendAsync(request, token);
                },
                cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutRejectedException)
        {
            throw new CommandException($"{Address} cannot be reached: {e.Message}", e);
        }
    }

    private static async Task<T?> ReadAsync<T>(HttpResponseMessage response)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(await response.Content.ReadAsByteArrayAsync(), Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<string> ReasonAsync(HttpResponseMessage response)
    {
        var problem = await ReadAsync<Problem>(response);
        return problem?.Detail ?? problem?.Title ?? $"The server answered {Status(response)}.";
    }

    /// <summary>Why no image can be answered.</summary>
    private async Task<CommandException> RefusalAsync(HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.NotFound when await ReadAsync<Problem>(response) is not { IsOfTheService: true } => NoService(response),
        < HttpStatusCode.BadRequest => new($"{Address} answered {Status(response)}, to {response.Headers.Location}; name that address with --server"),
        _ => new($"{Address} answered {Status(response)}: {await ReasonAsync(response)}"),
    };

    private CommandException NoService(HttpResponseMessage response) =>
        new($"{Address} is no ResNetService: {response.RequestMessage!.Method} {response.RequestMessage.RequestUri!.AbsolutePath} answered {Status(response)} and not what the service answers");

    private static string Status(HttpResponseMessage response) => $"{(int)response.StatusCode} ({response.ReasonPhrase})";
}
