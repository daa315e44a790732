using System.Globalization;
using ResNetService.Api.Errors;

namespace ResNetService.Api.Uploads;

/// <summary>What a caller asks of its images; null for the default. Each route takes some of these, in the query or in the body.</summary>
internal sealed record Choice
{
    public const string ModelField = "model";
    public const string TopKField = "topK";
    public const string ClassField = "class";
    public const string NormalizeField = "normalize";

    public static Choice None { get; } = new();

    public string? Model { get; init; }

    /// <summary>1 or more.</summary>
    public int? TopK { get; init; }

    /// <summary>Index or name of a class.</summary>
    public string? Class { get; init; }

    public bool? Normalize { get; init; }

    /// <param name="fields">Those that the route takes.</param>
    /// <exception cref="ProblemException">A parameter is unknown, malformed or given twice with different values.</exception>
    public static Choice FromQuery(IQueryCollection query, IReadOnlyList<string> fields)
    {
        if (query.Keys.FirstOrDefault(key => FieldNamed(key, fields) is null) is { } unknown)
            throw ProblemException.Invalid($"There is no query parameter '{unknown}'; {Listed(fields)} are known.");
        return query.SelectMany(parameter => parameter.Value.Select(value => FromField(FieldNamed(parameter.Key, fields)!, value ?? ""))).Aggregate(None, (all, next) => all.And(next));
    }

    /// <returns>How the route calls the field; null where it takes none of that name.</returns>
    public static string? FieldNamed(string name, IReadOnlyList<string> fields) => fields.FirstOrDefault(field => field.Equals(name, StringComparison.OrdinalIgnoreCase));

    public static string Listed(IReadOnlyList<string> fields) => string.Join(" and ", fields);

    /// <summary>A field that is left blank, as HTML forms do, asks for the default.</summary>
    /// <exception cref="ProblemException">The value is none that the field takes.</exception>
    public static Choice FromField(string field, string value) => field switch
    {
        _ when string.IsNullOrWhiteSpace(value) => None,
        ModelField => None with { Model = value },
        TopKField => (None with { TopK = WholeNumber(value) }).Checked(),
        ClassField => None with { Class = value },
        NormalizeField => None with { Normalize = bool.TryParse(value, out var normalize) ? normalize : throw ProblemException.Invalid($"{NormalizeField} is '{value}'; true or false would be right.") },
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, null),
    };

    /// <exception cref="ProblemException">Both ask, for different things.</exception>
    public Choice And(Choice other) => new()
    {
        Model = Agree(ModelField, Model, other.Model),
        TopK = Agree(TopKField, TopK, other.TopK),
        Class = Agree(ClassField, Class, other.Class),
        Normalize = Agree(NormalizeField, Normalize, other.Normalize),
    };

    /// <exception cref="ProblemException">topK is below 1.</exception>
    public Choice Checked() => TopK is null or >= 1 ? this : throw WrongTopK(TopK.Value.ToString(CultureInfo.InvariantCulture));

    /// <exception cref="ProblemException">It asks for something that the route does not take.</exception>
    public Choice Only(IReadOnlyList<string> fields)
    {
        string?[] asked = [Model is null ? null : ModelField, TopK is null ? null : TopKField, Class is null ? null : ClassField, Normalize is null ? null : NormalizeField];
        return asked.FirstOrDefault(field => field is not null && !fields.Contains(field)) is { } unknown
            ? throw ProblemException.Invalid($"There is no property '{unknown}' here; {Listed(fields)} are known.")
            : this;
    }

    private static int WholeNumber(string value) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw WrongTopK(value);

    private static ProblemException WrongTopK(string value) =>
        ProblemException.Invalid($"{TopKField} is '{value}'; a whole number from 1 to the model's number of classes would be right.");

    private static T? Agree<T>(string field, T? one, T? other) => (one, other) switch
    {
        (null, _) => other,
        (_, null) => one,
        _ when one.Equals(other) => one,
        _ => throw ProblemException.Invalid($"{field} is given twice, as '{one}' and as '{other}': give it once, in the query or in the body."),
    };
}
