using ResNetService.Modeling.Commands;

namespace ResNetService.Modeling.Classification.Server;

/// <summary>Classifies through a running service, one image a request, so that a retry repeats no more than one. Owns the client.</summary>
internal sealed class ServerClassifier : IFileClassifier
{
    /// <summary>
    /// What a service takes in a request unless it is configured otherwise; one that takes less says so itself. A file is in memory
    /// while it is sent, so that there must be a bound that does not depend on the service.
    /// </summary>
    private const long MostBytes = 64_000_000;

    private readonly ServiceClient _client;

    private ServerClassifier(ServiceClient client, ModelReply model)
    {
        _client = client;
        Model = new($"{model.Name}:{model.Version}", model.Labels!.Count, model.Provider!, model.Precision!);
    }

    /// <summary>With its version, so that every answer of a run is of one model although the service may get a newer one meanwhile.</summary>
    public ClassifyingModel Model { get; }

    /// <summary>Two of the service's default batches: it can compute one and decode the next.</summary>
    public int Concurrency => 16;

    /// <param name="key">As <see cref="ServiceClient"/> has it.</param>
    /// <param name="model"><c>name</c> or <c>name:version</c>; null for the service's default.</param>
    /// <exception cref="CommandException">There is no such service, or no such model.</exception>
    public static async Task<ServerClassifier> ConnectAsync(Uri address, string? key, string? model, RetryPolicy policy, TimeProvider time, CancellationToken cancellationToken)
    {
        var client = new ServiceClient(address, key, policy, time);
        try
        {
            return new(client, await client.FindModelAsync(model, cancellationToken));
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public async Task<FileResult> ClassifyAsync(InputFile file, int topK, CancellationToken cancellationToken)
    {
        var image = await FileContent.ReadAsync(file.Path, MostBytes, cancellationToken);
        var (answer, error) = await _client.ClassifyAsync(image, Model.Name, topK, cancellationToken);
        return answer is null
            ? FileResult.Failed(file.Name, Model.Name, error!)
            : new(file.Name, Model.Name, answer.Width, answer.Height, answer.Predictions, null);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
