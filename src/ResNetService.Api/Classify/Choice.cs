using System.Globalization;
using Microsoft.Extensions.Primitives;
using ResNetService.Api.Errors;

namespace ResNetService.Api.Classify;

/// <summary>The model and the number of classes that a caller asks for; null for the default.</summary>
internal sealed record Choice(string? Model, int? TopK)
{
    public const string ModelField = "model";
    public const string TopKField = "topK";

    public static Choice None { get; } = new(null, null);

    /// <exception cref="ProblemException">A parameter is unknown, malformed or given twice with different values.</exception>
    public static Choice FromQuery(IQueryCollection query)
    {
        if (query.Keys.FirstOrDefault(key => !IsField(key)) is { } unknown)
            throw ProblemException.Invalid($"There is no query parameter '{unknown}'; {ModelField} and {TopKField} are known.");
        return FromValues(query[ModelField], query[TopKField]).Aggregate(None, (all, next) => all.And(next));
    }

    public static bool IsField(string name) =>
        name.Equals(ModelField, StringComparison.OrdinalIgnoreCase) || name.Equals(TopKField, StringComparison.OrdinalIgnoreCase);

    /// <summary>A field that is left blank, as HTML forms do, asks for the default.</summary>
    /// <exception cref="ProblemException">topK is not a whole number from 1.</exception>
    public static Choice FromField(string name, string value)
    {
        if (string.IsNullOrWhiteSpace(value))
            return None;
        return name.Equals(ModelField, StringComparison.OrdinalIgnoreCase) ? new(value, null) : FromTopK(value);
    }

    /// <exception cref="ProblemException">Both ask, for different things.</exception>
    public Choice And(Choice other) =>
        new(Agree(ModelField, Model, other.Model), Agree(TopKField, TopK, other.TopK));

    /// <exception cref="ProblemException">topK is below 1.</exception>
    public Choice Checked() => TopK is null or >= 1 ? this : throw WrongTopK(TopK.Value.ToString(CultureInfo.InvariantCulture));

    private static IEnumerable<Choice> FromValues(StringValues models, StringValues topKs) =>
        models.Select(value => FromField(ModelField, value ?? "")).Concat(topKs.Select(value => FromField(TopKField, value ?? "")));

    private static Choice FromTopK(string value) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var topK)
            ? new Choice(null, topK).Checked()
            : throw WrongTopK(value);

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
