using System.Text;
using ResNetService.Fuzz.Campaigns;
using ResNetService.ModelFormat;
using ResNetService.TestSupport;

namespace ResNetService.Fuzz.Targets.Files;

/// <summary>Manifests: what is read can be written, and reads the same.</summary>
internal sealed class ManifestTarget : IFuzzTarget
{
    public string Name => "manifest";

    public IEnumerable<byte[]> Seeds =>
    [
        Encoding.UTF8.GetBytes(TinyModelRepository.Manifest()),
        Encoding.UTF8.GetBytes(TinyModelRepository.Manifest(inputType: "float32", layout: "nchw", features: "features")),
        File.ReadAllBytes(Path.Combine(Repository.Root, "models", "resnet20-cifar10", "1", ModelManifest.FileName)),
    ];

    public IReadOnlyList<byte[]> Words => Targets.Words.Of(
        "{", "}", "[", "]", ",", ":", "\"", "null", "true", "-1", "1e308", "1e-400", "NaN", "0.5", "\\ud800", "\\u0000", "\xFF", "\xEF\xBB\xBF", "//", "\"schemaVersion\":1", "\"labels\":[", "{\"name\":\"a\"}", "\"id\":\"\"", "\"mean\":[", "\"accuracy\":{", "\"cropPct\":", "\"inputSize\":", "\"uint8\"", "\"nhwc\"", "\"nchw\"", "\"fp16\"", "\"bicubic\"");

    public string Run(byte[] input)
    {
        ModelManifest manifest;
        try
        {
            manifest = ManifestReader.Read(input, ModelManifest.FileName);
        }
        catch (ManifestException e)
        {
            return e.Faults.Count == 0 || e.Faults.Any(fault => fault.Problem.Length == 0)
                ? throw new BrokenPromiseException("A refusal without a reason.")
                : $"{Targets.Words.Kind(e.Faults[0].Field)} {Targets.Words.Kind(e.Faults[0].Problem)}";
        }

        // The writer refuses what would not read the same.
        return $"manifest of {ManifestWriter.ToJson(manifest).Length / 100}";
    }

    public void Dispose()
    {
    }
}
