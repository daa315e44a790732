using System.Globalization;

namespace ResNetService.ModelFormat.Json;

/// <summary>How faults call a place in a file: <c>labels[3].name</c>, and <c>labels[3]["a name"]</c> where the name is not plain.</summary>
internal static class JsonPath
{
    private const int MaxNameLength = 64;

    public static string Member(string parent, string name)
    {
        var isPlain = name.Length is > 0 and <= MaxNameLength && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '$');
        if (!isPlain)
            return $"{parent}[{JsonText.Quote(name.Length <= MaxNameLength ? name : name[..MaxNameLength] + "…")}]";
        return parent.Length == 0 ? name : $"{parent}.{name}";
    }

    public static string Item(string parent, int index) => string.Create(CultureInfo.InvariantCulture, $"{parent}[{index}]");
}
