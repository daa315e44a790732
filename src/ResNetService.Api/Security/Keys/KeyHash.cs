using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace ResNetService.Api.Security.Keys;

/// <summary>
/// What is kept of a key: <c>hmac-sha256:salt:hash</c>, in hexadecimal digits. A password needs a slow hash, since it can be guessed; a key is 256 random
/// bits, which no speed of guessing finds. So a fast one is right, and a wrong key costs the service microseconds. The salt makes the hashes of one key in
/// two places differ.
/// </summary>
internal sealed class KeyHash
{
    private const string Scheme = "hmac-sha256";
    private const int SaltLength = 16;

    public const string Shape = "hmac-sha256:<32 hexadecimal digits>:<64 hexadecimal digits>";

    private readonly byte[] _salt;
    private readonly byte[] _hash;

    private KeyHash(byte[] salt, byte[] hash) => (_salt, _hash) = (salt, hash);

    public static KeyHash Of(string key)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        return new(salt, HMACSHA256.HashData(salt, Encoding.UTF8.GetBytes(key)));
    }

    public static bool TryParse(string? text, [NotNullWhen(true)] out KeyHash? hash)
    {
        hash = text?.Split(':') is [Scheme, { Length: 2 * SaltLength } salt, { Length: 2 * HMACSHA256.HashSizeInBytes } digest]
            && salt.All(char.IsAsciiHexDigit) && digest.All(char.IsAsciiHexDigit)
            ? new(Convert.FromHexString(salt), Convert.FromHexString(digest))
            : null;
        return hash is not null;
    }

    /// <summary>In a time that does not depend on how much of it is right.</summary>
    public bool IsOf(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_salt, key, hash);
        return CryptographicOperations.FixedTimeEquals(hash, _hash);
    }

    public override string ToString() => $"{Scheme}:{Convert.ToHexStringLower(_salt)}:{Convert.ToHexStringLower(_hash)}";
}
