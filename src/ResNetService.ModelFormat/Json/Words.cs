namespace ResNetService.ModelFormat.Json;

/// <summary>How an enumeration is spelt in JSON: its names in lower case.</summary>
internal static class Words
{
    public static string Of<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    public static IEnumerable<string> All<T>() where T : struct, Enum => Enum.GetValues<T>().Select(Of);
}
