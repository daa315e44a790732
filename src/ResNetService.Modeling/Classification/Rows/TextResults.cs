using System.Globalization;

namespace ResNetService.Modeling.Classification.Rows;

/// <summary>For people: the file and its classes, or a line on standard error where it has none.</summary>
internal sealed class TextResults(TextWriter output, TextWriter error) : IResultWriter
{
    public void Write(FileResult result)
    {
        if (result.Error is not null)
        {
            error.WriteLine($"{result.Name}: {result.Error}");
            return;
        }

        output.WriteLine(result.Name);
        foreach (var prediction in result.Predictions)
        {
            var percent = prediction.Probability.ToString("P2", CultureInfo.InvariantCulture);
            output.WriteLine($"  {percent,8}  {prediction.Label} ({prediction.Index})");
        }
    }

    public void Dispose()
    {
    }
}
