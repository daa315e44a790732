using ResNetService.Api.Explain;
using ResNetService.Inference;

namespace ResNetService.Api.Uploads;

internal static class UploadsRegistration
{
    /// <summary>Everything behind the routes that take images.</summary>
    public static void AddInference(this WebApplicationBuilder builder)
    {
        builder.Services.AddResNetInference(builder.Configuration);
        builder.Services.AddSingleton<BodyReader>();
        builder.Services.AddSingleton<ExplanationPicture>();
        builder.Services.AddOptionsWithValidateOnStart<RequestOptions>().BindConfiguration(RequestOptions.Section).ValidateDataAnnotations();
    }
}
