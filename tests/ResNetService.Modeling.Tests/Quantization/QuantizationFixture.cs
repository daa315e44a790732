using ResNetService.Modeling.Commands;
using ResNetService.Modeling.Tests.Training;
using SkiaSharp;

namespace ResNetService.Modeling.Tests.Quantization;

/// <summary>The shipped CIFAR-10 model in int8, calibrated on parts of the sample photographs.</summary>
public sealed class QuantizationFixture : IAsyncLifetime
{
    internal static readonly string Shipped = System.IO.Path.Combine(Repository.Root, "models", "resnet20-cifar10", "1");

    private readonly TemporaryFolder _folder = new();

    public string Path => _folder.Path;

    public string Calibration => System.IO.Path.Combine(Path, "calibration");

    public string Output => System.IO.Path.Combine(Path, "models", "int8", "1");

    public string Said { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        WriteParts();
        var (code, output, error) = await Run("quantize", Shipped, "--calibration", Calibration, "--output", Output, "--max-drop", "100");
        Assert.True(code == 0, error);
        Said = output;
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    internal void Write(string relativePath, byte[] content) => _folder.Write(relativePath, content);

    internal static async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await ResNetCommand.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private void WriteParts()
    {
        foreach (var name in new[] { "cat", "coffee" })
        {
            using var image = SKBitmap.Decode(System.IO.Path.Combine(Repository.Root, "samples", name + ".jpg"));
            var (width, height) = (image.Width / 4, image.Height / 4);
            for (var part = 0; part < 16; part++)
            {
                using var crop = new SKBitmap(width, height);
                var (left, top) = (part % 4 * width, part / 4 * height);
                Assert.True(image.ExtractSubset(crop, SKRectI.Create(left, top, width, height)));
                using var encoded = crop.Encode(SKEncodedImageFormat.Png, 100);
                _folder.Write(System.IO.Path.Combine("calibration", $"{name}-{part:D2}.png"), encoded.ToArray());
            }
        }
    }
}
