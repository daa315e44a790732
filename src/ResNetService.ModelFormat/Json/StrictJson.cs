using System.Text.Json;

namespace ResNetService.ModelFormat.Json;

/// <summary>JSON by the letter of RFC 8259: no comments, no trailing commas, bounded depth.</summary>
internal static class StrictJson
{
    /// <summary>Deeper than any file of ours (a manifest has 3 levels), shallow enough that no nesting costs anything.</summary>
    private const int MaxDepth = 16;

    /// <exception cref="ManifestException">The text is not JSON; the fault names line and column, both from 1.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, FaultList faults)
    {
        try
        {
            return JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException e)
        {
            // "… LineNumber: 2 | BytePositionInLine: 7." repeats what is said here, counted from 0.
            var reason = e.Message.Split(" LineNumber:")[0].TrimEnd('.', ' ');
            throw faults.Stop("", null, $"is not valid JSON at line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: {reason}");
        }
    }
}
