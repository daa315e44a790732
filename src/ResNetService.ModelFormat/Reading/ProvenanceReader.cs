using ResNetService.ModelFormat.Json;

namespace ResNetService.ModelFormat.Reading;

internal static class ProvenanceReader
{
    private const int Sha256Digits = 64;

    public static Provenance? Read(JsonValue? provenance)
    {
        if (provenance?.Fields("source", "licence", "sha256") is not { } fields)
            return null;

        var source = fields.Required("source", "where the weights come from: an address, a file or a command")?.Text();
        var licence = fields.Required("licence", "an SPDX identifier such as \"BSD-3-Clause\", or a sentence")?.Text();
        var sha256Field = fields.Optional("sha256");
        var sha256 = sha256Field?.Text();
        if (sha256 is not null && !(sha256.Length == Sha256Digits && sha256.All(char.IsAsciiHexDigitLower)))
            sha256Field?.Fault($"must be {Sha256Digits} lower-case hexadecimal digits, the SHA-256 of the weight file");

        return source is null || licence is null ? null : new Provenance(source, licence, sha256);
    }
}
