using Google.Protobuf;
using ResNetService.Api.OpenInference.Grpc;
using ResNetService.Api.OpenInference.Grpc.Messages;
using ResNetService.Api.OpenInference.Tensors;
using ResNetService.Fuzz.Campaigns;

namespace ResNetService.Fuzz.Targets.Http;

/// <summary>Messages of gRPC, through to the answer.</summary>
internal sealed class GrpcTarget : IFuzzTarget
{
    private static readonly ColorModel Color = new(isFloat: false);
    private static readonly ModelSignature Model = ModelSignature.Of(Color.Find(null));

    public string Name => "grpc";

    public IEnumerable<byte[]> Seeds =>
    [
        new ModelInferRequest { ModelName = "color", Inputs = { Input("UINT8", 1, 8, 8, 3) }, RawInputContents = { ByteString.CopyFrom(new byte[192]) } }.ToByteArray(),
        Elements("BYTES", new() { BytesContents = { ByteString.CopyFromUtf8("image") } }, 1),
        Elements("UINT8", new() { UintContents = { Enumerable.Repeat(7u, 192) } }, 1, 8, 8, 3),
        new ModelInferRequest
        {
            Id = "a", Inputs = { Input("BYTES", 1) }, RawInputContents = { ByteString.CopyFrom(1, 0, 0, 0, 9) },
            Outputs = { new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "logits", Parameters = { ["classification"] = new InferParameter { Int64Param = 2 } } } },
        }.ToByteArray(),
    ];

    public IReadOnlyList<byte[]> Words => Targets.Words.Of("image", "UINT8", "BYTES", "FP32", "logits", "classification", "shared_memory_region", "\x01\0\0\0", "\xFF\xFF\xFF\xFF\x0F", "\x0A", "\x2A", "\x3A", "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01");

    public string Run(byte[] input)
    {
        try
        {
            var call = InferenceMessages.Read(ModelInferRequest.Parser.ParseFrom(input), Model, maxImages: 4);
            using var lease = Color.AcquireAsync(null, null, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            var outputs = call.RunAsync(Color, lease, Model, mostBytes: 100_000, TimeSpan.FromMinutes(1), CancellationToken.None).GetAwaiter().GetResult();
            return $"answer of {InferenceMessages.Write(Model, call.Id ?? "", outputs).RawOutputContents.Count}";
        }
        catch (InvalidProtocolBufferException)
        {
            return "no message";
        }
        catch (Exception e) when (RequestText.Told(e) is { } told)
        {
            return told;
        }
    }

    public void Dispose()
    {
    }

    private static byte[] Elements(string datatype, InferTensorContents contents, params long[] shape)
    {
        var input = Input(datatype, shape);
        input.Contents = contents;
        return new ModelInferRequest { Inputs = { input } }.ToByteArray();
    }

    private static ModelInferRequest.Types.InferInputTensor Input(string datatype, params long[] shape) => new() { Name = "image", Datatype = datatype, Shape = { shape } };
}
