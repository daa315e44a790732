using System.Globalization;
using System.Text.Encodings.Web;

namespace ResNetService.ModelFormat.Json;

/// <summary>Pieces of JSON as text.</summary>
internal static class JsonText
{
    /// <summary>Escapes what JSON must have escaped and leaves the rest readable: these files are never embedded in HTML.</summary>
    public static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static string Quote(string text) => $"\"{Encoder.Encode(text)}\"";

    /// <summary>The shortest text that reads back as the same number. JSON has no NaN: as a string it reaches the reader, which names the field.</summary>
    public static string Number(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return double.IsFinite(value) ? text : Quote(text);
    }
}
