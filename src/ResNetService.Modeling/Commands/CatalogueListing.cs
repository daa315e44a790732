using System.Globalization;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Pull;

namespace ResNetService.Modeling.Commands;

/// <summary>A catalogue as a table.</summary>
internal static class CatalogueListing
{
    public static void Write(TextWriter output, WeightCatalogue catalogue)
    {
        var width = catalogue.Weights.Select(weights => weights.Name.Length).Append("name".Length).Max();
        output.WriteLine($"{"name".PadRight(width)}  {"size",12}  {"top-1",6}  {"top-5",6}  {"input",-22}licence");
        foreach (var weights in catalogue.Weights)
            output.WriteLine($"{weights.Name.PadRight(width)}  {weights.Size,12}  {Percent(weights.Accuracy?.Top1),6}  {Percent(weights.Accuracy?.Top5),6}  {Input(weights.Preprocessing),-22}{weights.Licence}");
        output.WriteLine();
        output.WriteLine("top-1, top-5: percent right, as published. A network's name, such as resnet50, stands for the first of its weights.");
    }

    private static string Percent(double? fraction) => fraction is { } value ? (100 * value).ToString("F2", CultureInfo.InvariantCulture) : "";

    private static string Input(PreprocessingSpec preprocessing) =>
        $"{preprocessing.InputSize} of {preprocessing.Resize}, {preprocessing.Interpolation.ToString().ToLowerInvariant()}";
}
