using System.Text;
using ResNetService.Fuzz.Campaigns;

namespace ResNetService.Fuzz.Tests.Campaigns;

/// <summary>A reader of one word, with a fault of a test's choice, that remembers what it was fed.</summary>
internal sealed class PlantedTarget(Func<string, string> read) : IFuzzTarget
{
    public List<string> Inputs { get; } = [];

    public string Name => "planted";

    public IEnumerable<byte[]> Seeds => ["a quiet beginning"u8.ToArray()];

    public IReadOnlyList<byte[]> Words => [.. new[] { "fault", "=" }.Select(Encoding.ASCII.GetBytes)];

    public int Longest => 200;

    public long MostAllocated => 2_000_000;

    public string Run(byte[] input)
    {
        var text = Encoding.Latin1.GetString(input);
        Inputs.Add(text);
        return read(text);
    }

    public void Dispose()
    {
    }
}
