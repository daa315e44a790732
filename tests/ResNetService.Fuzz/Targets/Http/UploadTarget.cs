using Microsoft.Extensions.Options;
using ResNetService.Api.Classify;
using ResNetService.Api.Uploads;
using ResNetService.Fuzz.Campaigns;
using ResNetService.Inference;

namespace ResNetService.Fuzz.Targets.Http;

/// <summary>Bodies that hold images, in each of their forms.</summary>
internal sealed class UploadTarget(string name, IReadOnlyList<byte[]> seeds) : IFuzzTarget
{
    private readonly BodyReader _reader = new(
        new IdleClassifier(), Options.Create(new RequestOptions { MaxImages = 8 }), Options.Create(new ImagingOptions { MaxBytes = 8000 }),
        Surroundings.Unlimited, Surroundings.Unobserved(new ColorModel(isFloat: false)), TimeProvider.System);

    public string Name => name;

    public IEnumerable<byte[]> Seeds => seeds;

    public IReadOnlyList<byte[]> Words => UploadSeeds.Words;

    public string Run(byte[] input)
    {
        var context = RequestText.Read(input);
        try
        {
            using var upload = _reader.ReadAsync(context.Request, ClassifyEndpoint.Fields, CancellationToken.None).GetAwaiter().GetResult();
            if (upload.Images.Count is 0 or > 8 || upload.Accepted.Any(image => image.Data.Length is 0 or > 8000))
                throw new BrokenPromiseException($"{upload.Images.Count} images were read, of up to {upload.Accepted.Max(image => image.Data.Length)} bytes.");
            return $"{upload.Images.Count} images, {upload.Accepted.Count} accepted, {upload.Choice.Model?.Length > 0}, {upload.Choice.TopK is not null}";
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
