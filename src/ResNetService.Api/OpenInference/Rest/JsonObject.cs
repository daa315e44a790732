using System.Text.Json;
using ResNetService.Api.Errors;

namespace ResNetService.Api.OpenInference.Rest;

/// <summary>Walks through one JSON object, property by property. Those of the caller's own are skipped, none may stand twice.</summary>
internal readonly struct JsonObject
{
    private const int MostProperties = 64;

    private readonly string _name;
    private readonly HashSet<string> _seen;

    /// <param name="reader">Stands on the value that should be an object.</param>
    /// <param name="name">Of the object, in messages.</param>
    /// <exception cref="ProblemException">It is no object.</exception>
    public JsonObject(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw ProblemException.Invalid($"{name} is no JSON object.");
        (_name, _seen) = (name, []);
    }

    /// <summary>The next property; the reader stands on its value then, or behind the object where there is none. Null is as good as absent: clients write it for what they have not.</summary>
    public bool Next(ref Utf8JsonReader reader, out string property)
    {
        do
        {
            reader.Read();
            property = reader.TokenType == JsonTokenType.EndObject ? "" : Text(ref reader, "a property's name");
            if (reader.TokenType == JsonTokenType.EndObject)
                return false;
            if (!_seen.Add(property))
                throw ProblemException.Invalid($"'{Tensors.Text.Short(property)}' stands twice in {_name}.");
            if (_seen.Count > MostProperties)
                throw ProblemException.Invalid($"{_name} has more than {MostProperties} properties.");
            reader.Read();
        }
        while (reader.TokenType == JsonTokenType.Null);
        return true;
    }

    public static void BeginArray(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw ProblemException.Invalid($"{name} is no array.");
    }

    public static string String(ref Utf8JsonReader reader, string name) =>
        reader.TokenType == JsonTokenType.String ? Text(ref reader, name) : throw ProblemException.Invalid($"{name} is no string.");

    public static bool Boolean(ref Utf8JsonReader reader, string name) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw ProblemException.Invalid($"{name} is neither true nor false."),
    };

    public static long Integer(ref Utf8JsonReader reader, string name) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) ? value : throw ProblemException.Invalid($"{name} is no whole number.");

    private static string Text(ref Utf8JsonReader reader, string name)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw ProblemException.Invalid($"{name} is no UTF-8 text.", e);
        }
    }
}
