using System.Text.Encodings.Web;
using System.Text.Json;

namespace ResNetService.Modeling.Classification.Rows;

/// <summary>A JSON object a line.</summary>
internal sealed class JsonLines : IRowFormat
{
    /// <summary>Names are written as they are: the text is no part of a web page.</summary>
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    public string? Header => null;

    public string Line(FileResult result) => JsonSerializer.Serialize(result, Options);

    public IEnumerable<FileResult> Read(TextReader rows)
    {
        for (var number = 1; rows.ReadLine() is { } line; number++)
        {
            if (Parse(line) is { } result)
                yield return result;
            else if (rows.Peek() >= 0)
                throw new FormatException($"its line {number} is no result of this command");
        }
    }

    private static FileResult? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<FileResult>(line, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
