using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ResNetService.Api.Errors;
using ResNetService.Api.OpenInference.Rest;
using ResNetService.Api.OpenInference.Tensors;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Models;
using ResNetService.ModelFormat;

namespace ResNetService.Api.Tests.OpenInference.Rest;

/// <summary>Whatever comes: a call, or an error that says what is wrong.</summary>
public sealed class ParserPropertyTests
{
    private const int MaxImages = 4;

    private static readonly ModelSignature Model = Signature();

    private static readonly byte[][] Valid =
    [
        Encoding.UTF8.GetBytes(V2.RedJson),
        Encoding.UTF8.GetBytes(V2.FilesJson(Replies.Red, Replies.Green)),
        """{"id":"a","parameters":{"binary_data_output":true},"inputs":[{"shape":[1,8,8,3],"parameters":{"binary_data_size":192},"datatype":"UINT8","name":"image"}],"outputs":[{"name":"logits","parameters":{"classification":2,"binary_data":false}}]}"""u8.ToArray(),
        """{"inputs":[{"data":[["AAAA"],["/+8="]],"name":"image","shape":[2,1],"datatype":"BYTES","other":{"a":[1,{"b":null}]}}]}"""u8.ToArray(),
    ];

    /// <summary>Pieces that mean something, so that mutations get deeper than the first byte.</summary>
    private static readonly byte[][] Pieces =
        [.. new[] { "[", "]", "{", "}", ",", ":", "\"", "\\ud800", "-1", "1e99", "999", "null", "true", "\"data\":", "\"shape\":[", "\"name\":\"image\",", "[[[[", "\"BYTES\"", "\xFF" }.Select(Encoding.Latin1.GetBytes)];

    [Fact]
    public void Json_OfAnyBytes_IsACallOrAnError() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20_000), Prop.ForAll(Arb.From(Mutations()), json => IsCallOrError(json, new byte[192])));

    [Fact]
    public void BytesBehindTheJson_OfAnyKind_AreACallOrAnError()
    {
        var blobs = from bytes in ArbMap.Default.GeneratorFor<byte[]>()
                    from start in Gen.Elements<byte[]>([], [1, 0, 0, 0], [0, 0, 0, 0], [2, 0, 0, 0, 9, 9], [255, 255, 255, 127])
                    select (byte[])[.. start, .. bytes];

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll(Arb.From(blobs), blob => IsCallOrError(Encoding.UTF8.GetBytes(
            $$"""{"inputs":[{"shape":[2],"parameters":{"binary_data_size":{{blob.Length}}},"datatype":"BYTES","name":"image"}]}"""), blob)));
    }

    private static Gen<byte[]> Mutations() =>
        from valid in Gen.Elements(Valid)
        from count in Gen.Choose(0, 4)
        from edits in Gen.ListOf(
            from place in Gen.Choose(0, valid.Length)
            from removed in Gen.Choose(0, 12)
            from piece in Gen.OneOf(Gen.Elements(Pieces), ArbMap.Default.GeneratorFor<byte>().Select(value => (byte[])[value]))
            select (place, removed, piece), count)
        select edits.Aggregate(valid, (json, edit) =>
        {
            var at = Math.Min(edit.place, json.Length);
            return [.. json[..at], .. edit.piece, .. json[Math.Min(at + edit.removed, json.Length)..]];
        });

    private static bool IsCallOrError(byte[] json, byte[] binary)
    {
        List<IDisposable> memory = [];
        try
        {
            var call = InferenceJson.Read(json, binary, Model, MaxImages, memory);
            return call.Images.Count is >= 1 and <= MaxImages && (!call.IsTensor || call.Images.All(image => image.Length == Model.ImageBytes));
        }
        catch (ProblemException e)
        {
            return e.Problem.Kind == ProblemKind.InvalidRequest && e.Problem.Detail.Length > 0;
        }
        finally
        {
            memory.ForEach(owned => owned.Dispose());
        }
    }

    private static ModelSignature Signature()
    {
        var manifest = ManifestReader.Read(Encoding.UTF8.GetBytes(TinyModelRepository.Manifest()), ModelManifest.FileName);
        return ModelSignature.Of(new ServedModel("color", "1", manifest, "", new ExecutionInfo("cpu", Precision.Fp32, "none"), 1));
    }
}
