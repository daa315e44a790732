namespace ResNetService.ModelFormat.Json;

/// <summary>The fields of one object whose names have been checked.</summary>
internal sealed class JsonFields(JsonValue owner, IReadOnlyDictionary<string, JsonValue> members)
{
    /// <summary>The field, or null with a fault that says what belongs there.</summary>
    public JsonValue? Required(string name, string meaning)
    {
        if (members.TryGetValue(name, out var value))
            return value;

        owner.FaultMissing(name, $"is missing; it is {meaning}");
        return null;
    }

    /// <summary>The field, or null where it is absent or null.</summary>
    public JsonValue? Optional(string name) =>
        members.TryGetValue(name, out var value) && !value.IsNull ? value : null;

    public void FaultMissing(string name, string problem) => owner.FaultMissing(name, problem);
}
