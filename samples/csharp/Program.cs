using ClassifySample;
using Microsoft.Extensions.DependencyInjection;
using Polly;

if (args.Length == 0)
{
    Console.Error.WriteLine("usage: ClassifySample PHOTOGRAPH...   (the service is at RESNET_URL, by default http://localhost:8080; its key, where it asks for one, in RESNET_KEY)");
    return 2;
}

var url = Environment.GetEnvironmentVariable("RESNET_URL") ?? "http://localhost:8080";
var services = new ServiceCollection();

// Tries again what passes (429, 503, a lost connection), at most three times, when Retry-After says so; gives up after two minutes.
services.AddHttpClient<ResNetClient>(client =>
{
    client.BaseAddress = new Uri(url);
    if (Environment.GetEnvironmentVariable("RESNET_KEY") is { Length: > 0 } key)
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
}).AddStandardResilienceHandler(resilience =>
{
    resilience.AttemptTimeout.Timeout = TimeSpan.FromSeconds(30);
    resilience.CircuitBreaker.SamplingDuration = TimeSpan.FromMinutes(1);
    resilience.TotalRequestTimeout.Timeout = TimeSpan.FromMinutes(2);
});
await using var provider = services.BuildServiceProvider();

try
{
    var reply = await provider.GetRequiredService<ResNetClient>().ClassifyAsync(args, topK: 5);
    foreach (var result in reply.Results)
    {
        Console.WriteLine(result.Error is { } error ? $"{result.Name}: {error.Detail}" : result.Name);
        foreach (var (_, label, probability) in result.Predictions)
            Console.WriteLine($"{probability,9:P2}  {label}");
    }

    return reply.Results.Any(result => result.Error is not null) ? 1 : 0;
}
catch (Exception e) when (e is HttpRequestException or ExecutionRejectedException or IOException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
