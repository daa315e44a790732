using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace ResNetService.Api.Security.Tokens;

/// <summary>The key of a provider's signatures, from a file.</summary>
internal static class PublicKey
{
    private const string Label = "PUBLIC KEY";
    private const int LeastRsaBits = 2048;

    /// <returns>Null where it is one.</returns>
    public static string? FaultOf(string path)
    {
        try
        {
            Read(path);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read: {e.Message}";
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return "has no such key";
        }
    }

    /// <exception cref="CryptographicException">It is no public key, or one that is too short.</exception>
    public static SecurityKey Read(string path)
    {
        var pem = File.ReadAllText(path);
        // A private key belongs to the provider alone, and PEM's importer would take it.
        if (!PemEncoding.TryFind(pem, out var fields) || !pem.AsSpan()[fields.Label].SequenceEqual(Label))
            throw new CryptographicException();
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            rsa.Dispose();
            var elliptic = ECDsa.Create();
            elliptic.ImportFromPem(pem);
            return new ECDsaSecurityKey(elliptic);
        }

        return rsa.KeySize >= LeastRsaBits ? new RsaSecurityKey(rsa) : throw new CryptographicException();
    }
}
