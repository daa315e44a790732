using ResNetService.Fuzz.Campaigns;
using ResNetService.Fuzz.Targets.Files;
using ResNetService.Fuzz.Targets.Http;

namespace ResNetService.Fuzz.Targets;

/// <summary>Everything that reads bytes which somebody else wrote.</summary>
internal static class TargetList
{
    private static readonly Dictionary<string, Func<IFuzzTarget>> Makers = new()
    {
        ["multipart"] = () => new UploadTarget("multipart", UploadSeeds.Forms),
        ["json"] = () => new UploadTarget("json", UploadSeeds.Json),
        ["base64"] = () => new Base64Target(),
        ["image"] = () => new ImageTarget(),
        ["hugging-face"] = () => new HuggingFaceTarget(),
        ["open-inference"] = () => new OpenInferenceTarget(),
        ["index"] = () => new IndexTarget(),
        ["grpc"] = () => new GrpcTarget(),
        ["safetensors"] = () => new WeightTarget("safetensors", WeightSeeds.Safetensors),
        ["pth-zip"] = () => new WeightTarget("pth-zip", WeightSeeds.Zip),
        ["pth-legacy"] = () => new WeightTarget("pth-legacy", WeightSeeds.Legacy),
        ["manifest"] = () => new ManifestTarget(),
        ["labels"] = () => new LabelTarget(),
        ["onnx"] = () => new OnnxTarget(),
        ["server"] = () => new ServerTarget(),
    };

    public static IReadOnlyList<string> Names { get; } = [.. Makers.Keys];

    public static IFuzzTarget Create(string name) => Makers[name]();
}
