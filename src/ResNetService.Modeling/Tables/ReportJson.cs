using System.Text.Json;
using System.Text.Json.Serialization;

namespace ResNetService.Modeling.Tables;

/// <summary>Reports as JSON for programs: camel case, indented, names in place of numbers for enumerations.</summary>
internal static class ReportJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Of(object report) => JsonSerializer.Serialize(report, Options);
}
