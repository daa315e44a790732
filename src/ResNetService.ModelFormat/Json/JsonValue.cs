using System.Text.Json;

namespace ResNetService.ModelFormat.Json;

/// <summary>
/// One value of a file and its path. Each reading method either returns what it found, or adds the fault and returns
/// null: callers read on, and <see cref="FaultList.ThrowIfAny"/> decides at the end.
/// </summary>
internal readonly struct JsonValue(JsonElement element, string path, FaultList faults)
{
    /// <summary>Values of a list, members of an object. Counted before any of them is looked at: a file of 16 MiB has room for millions.</summary>
    public const int MaxCount = 100_000;

    private const int MaxTextLength = 4000;

    public string Path => path;

    public bool IsNull => element.ValueKind == JsonValueKind.Null;

    public JsonValueKind Kind => element.ValueKind;

    public void Fault(string problem) => faults.Add(path, element.GetRawText(), problem);

    /// <summary>A text with something in it, in one line.</summary>
    public string? Text()
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            Fault($"must be a string, not {Describe(element.ValueKind)}");
            return null;
        }

        if (!JsonStrings.TryGet(element, out var text))
            Fault("has half of a surrogate pair, which is no character");
        else if (string.IsNullOrWhiteSpace(text))
            Fault("must not be empty");
        else if (text.Length > MaxTextLength)
            Fault($"has {text.Length} characters; at most {MaxTextLength} are allowed");
        else if (text.Any(char.IsControl))
            Fault("must not contain control characters (line breaks, tabs)");
        else
            return text;
        return null;
    }

    /// <summary>A whole number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public int? Integer(int min, int max)
    {
        if (element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var value) && value >= min && value <= max)
            return value;

        Fault(max == int.MaxValue
            ? $"must be a whole number of at least {min}"
            : $"must be a whole number from {min} to {max}");
        return null;
    }

    /// <summary>A number that float32, in which graphs compute, holds as a finite value.</summary>
    public double? Number()
    {
        if (element.ValueKind != JsonValueKind.Number)
            Fault($"must be a number, not {Describe(element.ValueKind)}");
        else if (!element.TryGetDouble(out var value) || !float.IsFinite((float)value))
            Fault("is beyond the range of a float32");
        else
            return value;
        return null;
    }

    /// <summary>A number above 0 that does not vanish in float32.</summary>
    public double? PositiveNumber()
    {
        if (Number() is not { } value)
            return null;
        if ((float)value >= MathF.ScaleB(1, -126))
            return value;

        Fault("must be above 0");
        return null;
    }

    public double? Fraction()
    {
        if (Number() is not { } value)
            return null;
        if (value is >= 0 and <= 1)
            return value;

        Fault("must be a fraction from 0 to 1");
        return null;
    }

    /// <summary>One of the words of an enumeration: its names in lower case.</summary>
    public T? Word<T>() where T : struct, Enum
    {
        if (element.ValueKind == JsonValueKind.String && JsonStrings.TryGet(element, out var text))
        {
            foreach (var value in Enum.GetValues<T>())
            {
                if (Words.Of(value) == text)
                    return value;
            }
        }

        Fault($"must be one of {string.Join(", ", Words.All<T>().Select(word => $"\"{word}\""))}");
        return null;
    }

    /// <summary>The elements of a list.</summary>
    public IReadOnlyList<JsonValue>? Array()
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            Fault($"must be a list in [], not {Describe(element.ValueKind)}");
            return null;
        }

        if (!CheckCount(element.GetArrayLength(), "values"))
            return null;
        var items = new List<JsonValue>(element.GetArrayLength());
        foreach (var item in element.EnumerateArray())
            items.Add(new JsonValue(item, JsonPath.Item(path, items.Count), faults));
        return items;
    }

    /// <summary>The members of an object in file order; a name given twice is a fault and its first value stands.</summary>
    public IReadOnlyDictionary<string, JsonValue>? Members()
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            Fault($"must be an object in {{}}, not {Describe(element.ValueKind)}");
            return null;
        }

        if (!CheckCount(element.GetPropertyCount(), "members"))
            return null;
        var members = new OrderedDictionary<string, JsonValue>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            var name = JsonStrings.NameOf(property);
            var member = new JsonValue(property.Value, JsonPath.Member(path, name), faults);
            if (!members.TryAdd(name, member))
                member.Fault("is given more than once; keep one");
        }

        return members;
    }

    /// <summary>An object with a closed list of fields; any other is a fault.</summary>
    public JsonFields? Fields(params ReadOnlySpan<string> known)
    {
        if (Members() is not { } members)
            return null;

        foreach (var (name, member) in members)
        {
            if (known.Contains(name))
                continue;

            var nearest = NearestWord.Of(name, known);
            member.Fault(nearest is null
                ? $"is not a known field; known are {string.Join(", ", known)}"
                : $"is not a known field; did you mean \"{nearest}\"?");
        }

        return new JsonFields(this, members);
    }

    /// <summary>The fault of a member that is not there.</summary>
    public void FaultMissing(string name, string problem) => faults.Add(JsonPath.Member(path, name), null, problem);

    private bool CheckCount(int count, string what)
    {
        if (count > MaxCount)
            Fault($"has {count} {what}; at most {MaxCount} are allowed");
        return count <= MaxCount;
    }

    private static string Describe(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a truth value",
    };
}
