namespace ResNetService.Api.OpenInference.Tensors;

/// <summary>What callers sent, in messages to them.</summary>
internal static class Text
{
    private const int Longest = 100;

    public static string Of(IReadOnlyList<long> shape) => $"[{string.Join(',', shape)}]";

    public static string Short(string text) => text.Length <= Longest ? text : text[..Longest] + "…";
}
