using Microsoft.Extensions.Options;
using ResNetService.Api.Caching;
using ResNetService.Api.Classify;
using ResNetService.Api.Embed;
using ResNetService.Api.Explain;
using ResNetService.Api.HuggingFace;
using ResNetService.Api.Memory;
using ResNetService.Api.OpenInference;
using ResNetService.Inference;

namespace ResNetService.Api.Uploads;

/// <summary>The routes that take images, and what is behind them.</summary>
internal static class ImageRoutes
{
    public static void AddImages(this WebApplicationBuilder builder)
    {
        builder.Services.AddResNetInference(builder.Configuration);
        builder.Services.AddSingleton<BodyMeter>();
        builder.Services.AddSingleton<BodyMemory>();
        builder.Services.AddSingleton<BodyReader>();
        builder.Services.AddSingleton<ExplanationPicture>();
        builder.Services.AddSingleton<IValidateOptions<RequestOptions>, RequestOptionsValidator>();
        builder.Services.AddOptionsWithValidateOnStart<RequestOptions>().BindConfiguration(RequestOptions.Section).ValidateDataAnnotations();
        builder.AddAnswerCache();
        builder.AddOpenInference();
    }

    public static void MapImages(this WebApplication app)
    {
        app.UseHeldBodies();
        app.MapClassify();
        app.MapExplain();
        app.MapEmbed();
        app.MapOpenInference();
        app.MapHuggingFace();
    }
}
