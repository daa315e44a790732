using ResNetService.Api.HuggingFace;
using ResNetService.Api.Uploads;
using ResNetService.Fuzz.Campaigns;

namespace ResNetService.Fuzz.Targets.Http;

internal sealed class HuggingFaceTarget : IFuzzTarget
{
    public string Name => "hugging-face";

    public IEnumerable<byte[]> Seeds =>
    [
        RequestText.Write("", "Content-Type: application/json", """{"inputs":"iVBORw0KGgo=","parameters":{"top_k":3,"function_to_apply":"softmax"}}"""),
        RequestText.Write("", "", """ {"inputs":"data:image/png;base64,AAAA","options":{"wait_for_model":true}}"""),
        RequestText.Write("", "Content-Type: image/jpeg", "\xFF\xD8\xFF"),
        RequestText.Write("", "Content-Type: application/json", """{"parameters":null,"inputs":"AA\/="}"""),
    ];

    public IReadOnlyList<byte[]> Words => [.. UploadSeeds.Words, .. Targets.Words.Of("\"inputs\":", "\"parameters\":", "\"top_k\":", "\"function_to_apply\":", "\"softmax\"", "data:image/png;base64,", "{\"inputs\":\"AAAA\",")];

    public string Run(byte[] input)
    {
        var context = RequestText.Read(input);
        try
        {
            using var body = ImageBuffer.ReadWholeAsync(context.Request, 1_000_000, CancellationToken.None).GetAwaiter().GetResult();
            using var question = HuggingFaceQuestion.Of(context.Request, body);
            if (question.Image.IsEmpty || question.TopK < 1)
                throw new BrokenPromiseException($"An image of {question.Image.Length} bytes and {question.TopK} classes.");
            return $"{question.TopK is not null} {question.Image.Length < body.Data.Length}";
        }
        catch (Exception e) when (RequestText.Told(e) is { } told)
        {
            return told;
        }
    }

    public void Dispose()
    {
    }
}
