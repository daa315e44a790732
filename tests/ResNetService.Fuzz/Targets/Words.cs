using System.Text;

namespace ResNetService.Fuzz.Targets;

internal static class Words
{
    /// <summary>Each character a byte.</summary>
    public static byte[][] Of(params string[] words) => [.. words.Select(Encoding.Latin1.GetBytes)];

    /// <summary>What is said, up to where it begins to speak of the input: by more, every input would be new.</summary>
    public static string Kind(string text) => new([.. text.TrimStart(':', ' ').TakeWhile(c => char.IsAsciiLetter(c) || c is ' ' or '-').Take(32)]);
}
