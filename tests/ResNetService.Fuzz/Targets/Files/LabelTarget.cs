using ResNetService.Fuzz.Campaigns;
using ResNetService.ModelFormat;

namespace ResNetService.Fuzz.Targets.Files;

/// <summary>Files of labels in each of their forms.</summary>
internal sealed class LabelTarget : IFuzzTarget
{
    private readonly InputFile _file = new();

    public string Name => "labels";

    public IEnumerable<byte[]> Seeds => Targets.Words.Of("red\ngreen\nblue\n", "n01\tred\r\nn02\tgreen\r\n", """["red",{"name":"green","id":"g"},["n03","blue"]]""", """{"0":"red","1":["n02","green"]}""");

    public IReadOnlyList<byte[]> Words => Targets.Words.Of("\n", "\r\n", "\t", "[", "]", "{", "}", ",", ":", "\"", "\"1\":", "\"name\":", "\"id\":", "null", "\\ud800", "\xFF", "\xEF\xBB\xBF", "\0", "\xC2\x85", "\"\"");

    public string Run(byte[] input)
    {
        try
        {
            var labels = LabelFile.Read(_file.With(input));
            return labels.Count == 0 || labels.Any(label => string.IsNullOrWhiteSpace(label.Name)) ? throw new BrokenPromiseException("A class has no name.") : $"{Math.Min(labels.Count, 8)} labels, {labels[0].Id is not null}";
        }
        catch (ManifestException e)
        {
            return Targets.Words.Kind(e.Faults[0].Problem);
        }
    }

    public void Dispose() => _file.Dispose();
}
