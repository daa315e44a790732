using Google.Protobuf;
using Google.Protobuf.Collections;
using ResNetService.Api.Errors;
using ResNetService.Api.OpenInference.Grpc.Messages;
using ResNetService.Api.OpenInference.Tensors;

namespace ResNetService.Api.OpenInference.Grpc;

/// <summary>Inference requests from messages, and answers to messages. Images stay in the memory of the message.</summary>
internal static class InferenceMessages
{
    /// <exception cref="ProblemException">The request is not what the model takes.</exception>
    public static InferenceCall Read(ModelInferRequest request, ModelSignature model, int maxImages)
    {
        if (request.Inputs is not [var input])
            throw ProblemException.Invalid($"The request has {request.Inputs.Count} inputs; {model.Reference} takes one, '{model.Input.Name}', with all images of the batch.");
        Refuse(input.Parameters);
        var declaration = model.Declare(input.Name, input.Datatype, input.Shape, maxImages);
        return new(request.Id, declaration.IsTensor, Images(request, input, declaration), Outputs(request, model));
    }

    public static ModelInferResponse Write(ModelSignature model, string id, IReadOnlyList<OutputTensor> outputs)
    {
        var response = new ModelInferResponse { ModelName = model.Model.Name, ModelVersion = model.Model.Version, Id = id };
        foreach (var output in outputs)
        {
            response.Outputs.Add(new ModelInferResponse.Types.InferOutputTensor
            {
                Name = output.Metadata.Name,
                Datatype = output.Metadata.Datatype,
                Shape = { output.Metadata.Shape },
            });
            response.RawOutputContents.Add(UnsafeByteOperations.UnsafeWrap(BytesOf(output)));
        }

        return response;
    }

    private static byte[] BytesOf(OutputTensor output)
    {
        var bytes = new byte[output.ByteCount];
        for (var (piece, offset) = (0, 0); piece < output.Pieces; offset += output.BytesOf(piece++))
            output.CopyTo(piece, bytes.AsSpan(offset));
        return bytes;
    }

    private static IReadOnlyList<ReadOnlyMemory<byte>> Images(ModelInferRequest request, ModelInferRequest.Types.InferInputTensor input, InputDeclaration declaration)
    {
        if (request.RawInputContents.Count == 0)
            return TensorContents.Images(input.Contents ?? new(), declaration);
        if (request.RawInputContents is not [var raw] || input.Contents is not null)
            throw ProblemException.Invalid($"The request has {request.RawInputContents.Count} raw_input_contents{(input.Contents is null ? "" : " beside 'contents'")}; one input has one of them, and no 'contents' then.");
        return RawTensor.Images(raw.Memory, declaration);
    }

    private static IReadOnlyList<RequestedOutput> Outputs(ModelInferRequest request, ModelSignature model)
    {
        if (request.Outputs.Count == 0)
            return model.RequestAll(isBinary: true);
        List<RequestedOutput> outputs = [];
        foreach (var output in request.Outputs)
        {
            Refuse(output.Parameters);
            var requested = model.Request(output.Name, Classes(output.Parameters), isBinary: true);
            if (outputs.Any(other => other.Output == requested.Output))
                throw ProblemException.Invalid($"Output '{output.Name}' is asked for twice.");
            outputs.Add(requested);
        }

        return outputs;
    }

    private static long? Classes(MapField<string, InferParameter> parameters)
    {
        if (!parameters.TryGetValue(RequestParameters.Classification, out var classes))
            return null;
        return classes.ParameterChoiceCase == InferParameter.ParameterChoiceOneofCase.Int64Param
            ? classes.Int64Param
            : throw ProblemException.Invalid($"The parameter '{RequestParameters.Classification}' is no int64_param.");
    }

    private static void Refuse(MapField<string, InferParameter> parameters)
    {
        foreach (var name in parameters.Keys)
            RequestParameters.Refuse(name);
    }
}
