using System.Text.Json;
using System.Text.Json.Serialization;

namespace ResNetService.Api.Hosting;

internal static class Json
{
    /// <summary>Values of enums are one lower-case word, as in <c>manifest.json</c>: <c>fp32</c>, <c>uint8</c>, <c>ready</c>.</summary>
    public static void AddJson(this WebApplicationBuilder builder) =>
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(new LowerCase())));

    private sealed class LowerCase : JsonNamingPolicy
    {
        public override string ConvertName(string name) => name.ToLowerInvariant();
    }
}
