namespace ResNetService.Api.OpenInference.Tensors;

/// <summary>What callers sent, in messages to them.</summary>
internal static class Text
{
    private const int Longest = 100;
    private const int MostDimensions = 8;

    public static string Of(IReadOnlyList<long> shape) => $"[{string.Join(',', shape.Take(MostDimensions))}{(shape.Count > MostDimensions ? ",…" : "")}]";

    public static string Short(string text) => text.Length <= Longest ? text : text[..Longest] + "…";
}
