using System.Globalization;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Explanation;

internal static class ClassReference
{
    /// <summary>The class that a caller means. A number is an index, even where a class is named so.</summary>
    /// <exception cref="ServiceException">No class, or more than one, is meant.</exception>
    public static int Resolve(string text, ServedModel model)
    {
        var labels = model.Manifest.Labels;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
            return index >= 0 && index < labels.Count ? index : throw Invalid($"class is {index}; it must be 0 to {labels.Count - 1}, an index of the classes of {model.Name}.");

        int[] named = [.. Enumerable.Range(0, labels.Count).Where(i => labels[i].Name.Equals(text, StringComparison.OrdinalIgnoreCase) || labels[i].Id == text)];
        return named switch
        {
            [var only] => only,
            [] => throw Invalid($"{model.Name} has no class '{text.Shortened()}'; 'GET /labels/{model.Name}' lists them, and an index from 0 to {labels.Count - 1} will do."),
            _ => throw Invalid($"The classes {string.Join(" and ", named)} of {model.Name} are both called '{text.Shortened()}'; give the index."),
        };
    }

    private static ServiceException Invalid(string detail) => new(new(ErrorCode.InvalidRequest, detail));
}
