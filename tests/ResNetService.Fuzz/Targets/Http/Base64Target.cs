using System.Text.Json;
using ResNetService.Api.Uploads;
using ResNetService.Fuzz.Campaigns;

namespace ResNetService.Fuzz.Targets.Http;

/// <summary>Base64 in a JSON string, compared with the framework's own reading of the same text.</summary>
internal sealed class Base64Target : IFuzzTarget
{
    public string Name => "base64";

    public IEnumerable<byte[]> Seeds => Targets.Words.Of("", "AAAA", "/+8=", "\\/\\u002b8=", "QUJD RA==\\n", "data:image/png;base64,iVBORw0KGgo=", "A", "AA=A", "AAAA====");

    public IReadOnlyList<byte[]> Words => Targets.Words.Of("=", "==", " ", "\\r\\n", "\\t", "\\u0020", "\\u0041", "\\/", "+", "-", "_", "data:", ";base64,", "AAAA", "\\ud800", "\xC3\xBC", "\xFF", "\\u0000", "\\u00a0");

    public string Run(byte[] input)
    {
        byte[] json = [(byte)'"', .. input, (byte)'"'];
        var reader = new Utf8JsonReader(json);
        string? text;
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.String)
                return "no string";
            text = Text(reader);
        }
        catch (JsonException)
        {
            return "no JSON";
        }

        using var buffer = ImageBuffer.FromBase64(ref reader);
        Compare(text, buffer);
        var again = new Utf8JsonReader(json);
        again.Read();
        using var url = ImageBuffer.FromBase64(ref again, mayBeDataUrl: true);
        return $"{buffer?.Data.Length % 3} {url is not null}";
    }

    public void Dispose()
    {
    }

    /// <summary>What is read is what the framework reads; what an encoder writes is read, wherever lines are broken. The framework takes stray bits before the padding, too.</summary>
    private static void Compare(string? text, ImageBuffer? buffer)
    {
        var bytes = new byte[text?.Length ?? 0];
        var isBase64 = Convert.TryFromBase64String(text ?? "?", bytes, out var length);
        var isCanonical = isBase64 && Convert.ToBase64String(bytes, 0, length) == new string([.. text!.Where(c => c is not (' ' or '\t' or '\r' or '\n'))]);
        if (buffer is null ? isCanonical : !isBase64 || !buffer.Data.Span.SequenceEqual(bytes.AsSpan(0, length)))
            throw new BrokenPromiseException($"'{text}' is {(isBase64 ? "" : "no ")}base64, and was read as {(buffer is null ? "none" : Convert.ToHexString(buffer.Data.Span))}.");
    }

    private static string? Text(Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // No UTF-8.
            return null;
        }
    }
}
