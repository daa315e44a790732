using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace ResNetService.ModelFormat.Json;

/// <summary>Strings and names, of which JSON allows some that are no text: <c>"\ud800"</c> is half of a surrogate pair.</summary>
internal static class JsonStrings
{
    public static bool TryGet(JsonElement element, out string text)
    {
        try
        {
            text = element.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }

    /// <summary>The name, or its escaped form where it is no text.</summary>
    public static string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(property));
        }
    }
}
