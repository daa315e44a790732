using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Microsoft.Extensions.Options;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Embedding;
using ResNetService.Inference.Explanation;

namespace ResNetService.Api.Caching;

internal static class CachingRegistration
{
    /// <summary>An answer beyond it is not kept: none of this service is nearly as long.</summary>
    private const int LongestAnswer = 1_000_000;

    /// <summary>After the core is registered, in front of which the cache is put, where it is wanted.</summary>
    public static void AddAnswerCache(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<CacheOptions>().BindConfiguration(CacheOptions.Section).ValidateDataAnnotations();
        services.AddSingleton<IValidateOptions<CacheOptions>, CacheOptionsValidator>();
        // Read without validation, which reports a fault together with all others.
        if (!builder.Configuration.GetValue($"{CacheOptions.Section}:{nameof(CacheOptions.Enabled)}", defaultValue: false))
            return;

        services.AddOptions<MemoryCacheOptions>().Configure<IOptions<CacheOptions>>((memory, cache) => memory.SizeLimit = cache.Value.MaxBytes);
        services.AddMemoryCache();
        services.AddHybridCache(hybrid => hybrid.MaximumPayloadBytes = LongestAnswer);
        if (builder.Configuration[$"{CacheOptions.Section}:{nameof(CacheOptions.Redis)}"] is { Length: > 0 } redis)
        {
            services.AddStackExchangeRedisCache(_ => { });
            services.AddOptions<RedisCacheOptions>().Configure<ILogger<AnswerCache>>((options, log) => options.ConnectionMultiplexerFactory = () => RedisConnection.OpenAsync(redis, log));
        }

        services.AddSingleton<AnswerCache>();
        services.AddSingleton<CachedAnswers>();
        services.PutInFront<IImageClassifier, CachedClassifier>();
        services.PutInFront<IImageEmbedder, CachedEmbedder>();
        services.PutInFront<IImageExplainer, CachedExplainer>();
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
