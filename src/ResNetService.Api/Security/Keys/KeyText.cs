using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace ResNetService.Api.Security.Keys;

/// <summary>
/// The text of a key: <c>rns_</c>, 43 random letters and digits, which are 256 bits, and a checksum of 6. By the prefix a scanner of sources
/// recognises one that was published; by the checksum a mistyped one is told from one that is not valid any more, and costs no hash.
/// </summary>
internal static class KeyText
{
    public const string Prefix = "rns_";

    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int RandomLength = 43;
    private const int ChecksumLength = 6;

    public const int Length = 4 + RandomLength + ChecksumLength;

    public static string Make()
    {
        var start = Prefix + RandomNumberGenerator.GetString(Alphabet, RandomLength);
        return start + Checksum(start);
    }

    public static bool IsOne(string text) =>
        text.Length == Length
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && text.AsSpan(^ChecksumLength..).SequenceEqual(Checksum(text.AsSpan(..^ChecksumLength)));

    private static string Checksum(ReadOnlySpan<char> start)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(Length)];
        var sum = uint.MaxValue;
        foreach (var value in bytes[..Encoding.UTF8.GetBytes(start, bytes)])
            sum = BitOperations.Crc32C(sum, value);
        return string.Create(ChecksumLength, ~sum, (digits, rest) =>
        {
            for (var i = digits.Length - 1; i >= 0; i--, rest /= (uint)Alphabet.Length)
                digits[i] = Alphabet[(int)(rest % (uint)Alphabet.Length)];
        });
    }
}
