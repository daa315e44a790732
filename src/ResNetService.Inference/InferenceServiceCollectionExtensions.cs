using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ResNetService.Inference.Batching;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Embedding;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Explanation;
using ResNetService.Inference.Models;
using ResNetService.Inference.Telemetry;
using ResNetService.Inference.Tensors;

namespace ResNetService.Inference;

public static class InferenceServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IImageClassifier"/>, <see cref="IImageEmbedder"/>, <see cref="IImageExplainer"/>, <see cref="ITensorRunner"/> and
    /// <see cref="IModelCatalog"/>, whose models are loaded when the host starts, before it listens, and looked after while it runs.
    /// </summary>
    /// <param name="configuration">Has the sections <c>Models</c>, <c>Execution</c>, <c>Batching</c> and <c>Imaging</c>; each may be absent.</param>
    public static IServiceCollection AddResNetInference(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidated<ModelsOptions>(configuration, ModelsOptions.Section);
        services.AddValidated<ExecutionOptions>(configuration, ExecutionOptions.Section);
        services.AddValidated<BatchingOptions>(configuration, BatchingOptions.Section);
        services.AddValidated<ImagingOptions>(configuration, ImagingOptions.Section);

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IExecutionBackend, OnnxRuntimeBackend>();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<ImagingOptions>>().Value.CreateDecoder());
        services.AddSingleton<DecodePool>();
        services.AddSingleton<InferenceMeter>();
        services.AddHostedService<CatalogMeter>();
        services.AddSingleton<ModelLoader>();
        services.AddSingleton<ModelRepository>();
        services.AddSingleton<IModelControl>(provider => provider.GetRequiredService<ModelRepository>());
        services.AddSingleton<ModelCatalog>();
        services.AddSingleton<IModelCatalog>(provider => provider.GetRequiredService<ModelCatalog>());
        services.AddSingleton<IModelSource>(provider => provider.GetRequiredService<ModelCatalog>());
        services.AddHostedService<RepositoryWatch>();
        services.AddSingleton<ModelRuns>();
        services.AddSingleton<IImageClassifier, ImageClassifier>();
        services.AddSingleton<IImageEmbedder, ImageEmbedder>();
        services.AddSingleton<IImageExplainer, ImageExplainer>();
        services.AddSingleton<ITensorRunner, TensorRunner>();
        return services;
    }

    private static void AddValidated<TOptions>(this IServiceCollection services, IConfiguration configuration, string section)
        where TOptions : class =>
        services.AddOptionsWithValidateOnStart<TOptions>().Bind(configuration.GetSection(section)).ValidateDataAnnotations();
}
