using ResNetService.Imaging;
using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Evaluation;
using ResNetService.Modeling.Tests.Onnx;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Evaluation;

/// <summary>A trained ImageNet network on photographs, view by view, against TorchSharp on crops and mirror images that are made here.</summary>
public sealed class PhotographViewsTests
{
    private const int Photographs = 3;

    [Fact]
    public async Task TenCropAndMultiScale_TrainedResNet18_AverageTheNetworksProbabilities()
    {
        var images = EvaluationSet.Read(SharedData.Require("imagenet/images.csv"), LabelSets.ImageNet).Take(Photographs).ToArray();
        using var scope = NewDisposeScope();
        using var network = ExportedModel.Import("resnet18", CompactWeights.Expand("weights/imagenet-resnet18.compact.safetensors"));
        using var model = new ExportedModel(network, "resnet18");
        await using var tenCrop = await ImageScorer.OpenAsync(model.Directory, Views.TenCrop);
        await using var scales = new ViewScorer(
            FreeSizeGraph.Load(ExecutionBackend.OnCpu(), model.Manifest, Path.Combine(model.Directory, ModelManifest.GraphFileName)),
            model.Manifest,
            size => ViewPlan.MultiScale(size, [224, 288]));

        foreach (var image in images)
        {
            var (small, large) = (Resized(image, 224), Resized(image, 288));
            await AssertScores(scales, image, [Probabilities(network, Middle(small)), Probabilities(network, Middle(large))]);

            var whole = Resized(image, 256);
            var (right, bottom) = ((int)whole.shape[3] - 224, (int)whole.shape[2] - 224);
            var crops = new[] { (0, 0), (right, 0), (0, bottom), (right, bottom), (Half(right), Half(bottom)) }.Select(at => Crop(whole, at.Item1, at.Item2, 224, 224));
            await AssertScores(tenCrop, image, crops.Select(crop => Probabilities(network, crop)));
        }
    }

    private static async Task AssertScores(IImageScorer scorer, LabelledImage image, IEnumerable<double[]> probabilities)
    {
        var views = probabilities.ToArray();
        double[] expected = [.. Enumerable.Range(0, views[0].Length).Select(index => views.Average(view => view[index]))];
        var scored = await scorer.ScoreAsync(image, TestContext.Current.CancellationToken);

        Assert.All(scored.Best, p => Assert.Equal(expected[p.Index], p.Probability, 1e-5));
        Assert.Equal(expected[image.ClassIndex], scored.ClassProbability, 1e-5);
        Assert.Equal(Array.IndexOf(expected, expected.Max()), scored.Best[0].Index);
    }

    /// <returns>[1, 3, h, w], normalised: the photograph with its shorter side resized.</returns>
    private static Tensor Resized(LabelledImage image, int resize)
    {
        var decoder = new ImageDecoder(new ImageLimits(), new DecodeOptions());
        using var decoded = decoder.Decode(File.ReadAllBytes(image.Path));
        var size = ImagePreprocessor.ResizedSize(new(decoded.Width, decoded.Height), resize);
        var pixels = new byte[size.Width * size.Height * 3];
        new ImagePreprocessor(PreprocessingSpec.ImageNet, decoder).Preprocess(decoded, resize, new(0, 0, size.Width, size.Height), pixels);
        var values = new float[pixels.Length];
        Normalizer.Normalize(pixels, PreprocessingSpec.ImageNet, TensorLayout.Nchw, values);
        return tensor(values, [1, 3, size.Height, size.Width]);
    }

    private static Tensor Middle(Tensor image)
    {
        var (height, width) = ((int)image.shape[2] / 32 * 32, (int)image.shape[3] / 32 * 32);
        return Crop(image, Half((int)image.shape[3] - width), Half((int)image.shape[2] - height), width, height);
    }

    private static Tensor Crop(Tensor image, int left, int top, int width, int height) => image.narrow(2, top, height).narrow(3, left, width);

    private static int Half(int pixels) => (int)Math.Round(pixels / 2.0, MidpointRounding.ToEven);

    private static double[] Probabilities(Network network, Tensor crop)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        return network.forward(cat([crop, crop.flip(3)])).to(float64).softmax(1).mean([0]).data<double>().ToArray();
    }
}
