namespace ResNetService.Inference.Errors;

/// <summary>What a caller wrote, as an error quotes it.</summary>
internal static class CallerText
{
    private const int Longest = 100;

    public static string Shortened(this string text) => text.Length <= Longest ? text : text[..Longest] + "…";
}
