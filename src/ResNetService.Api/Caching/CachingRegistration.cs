using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Embedding;
using ResNetService.Inference.Explanation;
using StackExchange.Redis;

namespace ResNetService.Api.Caching;

internal static class CachingRegistration
{
    /// <summary>An answer beyond it is not kept: none of this service is nearly as long.</summary>
    private const int LongestAnswer = 1_000_000;

    private static readonly TimeSpan RedisTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>After the core is registered, in front of which the cache is put, where it is wanted.</summary>
    public static void AddAnswerCache(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<CacheOptions>().BindConfiguration(CacheOptions.Section).ValidateDataAnnotations();
        // Read without validation, which reports a fault together with all others.
        if (!builder.Configuration.GetValue($"{CacheOptions.Section}:{nameof(CacheOptions.Enabled)}", defaultValue: false))
            return;

        services.AddOptions<MemoryCacheOptions>().Configure<IOptions<CacheOptions>>((memory, cache) => memory.SizeLimit = cache.Value.MaxBytes);
        services.AddMemoryCache();
        services.AddHybridCache(hybrid => hybrid.MaximumPayloadBytes = LongestAnswer);
        if (builder.Configuration[$"{CacheOptions.Section}:{nameof(CacheOptions.Redis)}"] is { Length: > 0 } redis)
            services.AddStackExchangeRedisCache(options => options.ConfigurationOptions = Configure(redis));
        services.AddSingleton<AnswerCache>();
        services.AddSingleton<CachedAnswers>();
        services.PutInFront<IImageClassifier, CachedClassifier>();
        services.PutInFront<IImageEmbedder, CachedEmbedder>();
        services.PutInFront<IImageExplainer, CachedExplainer>();
    }

    /// <summary>A server that does not answer must not be waited for: what it may know can be computed.</summary>
    private static ConfigurationOptions Configure(string redis)
    {
        var options = ConfigurationOptions.Parse(redis);
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ConnectTimeout = options.AsyncTimeout = options.SyncTimeout = (int)RedisTimeout.TotalMilliseconds;
        return options;
    }

    private static void PutInFront<TService, TCached>(this IServiceCollection services)
        where TService : class
        where TCached : TService
    {
        var inner = services.Single(service => service.ServiceType == typeof(TService));
        services.Remove(inner);
        services.AddSingleton<TService>(provider =>
            ActivatorUtilities.CreateInstance<TCached>(provider, ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!)));
    }
}
