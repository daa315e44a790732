using ResNetService.Fuzz.Campaigns;
using ResNetService.Modeling.Weights;

namespace ResNetService.Fuzz.Targets.Files;

/// <summary>Files of weights: opened, and every tensor read.</summary>
internal sealed class WeightTarget(string name, IReadOnlyList<byte[]> seeds) : IFuzzTarget
{
    /// <summary>A view may be larger than its file, so that nobody can bound what a tensor takes by that.</summary>
    private const int MostElements = 100_000;

    private readonly InputFile _file = new();

    public string Name => name;

    public IEnumerable<byte[]> Seeds => seeds;

    public IReadOnlyList<byte[]> Words => WeightSeeds.Words;

    public string Run(byte[] input)
    {
        try
        {
            using var file = WeightFile.Open(_file.With(input));
            foreach (var entry in file.Entries.Where(entry => entry.ElementCount < MostElements))
            {
                if (entry.Type.IsFloatingPoint())
                    file.ReadFloats(entry);
                else
                    file.Read(entry, new long[entry.ElementCount]);
            }

            return $"{Math.Min(file.Entries.Count, 8)} {string.Join(' ', file.Entries.Select(entry => entry.Type).Distinct().Take(4))}";
        }
        catch (WeightException e)
        {
            return Targets.Words.Kind(e.Message[_file.Path.Length..]);
        }
    }

    public void Dispose() => _file.Dispose();
}
