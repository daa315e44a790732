using System.Text;

namespace ResNetService.ModelFormat.Tests;

public sealed class PreprocessingJsonTests
{
    [Fact]
    public void ReadPreprocessing_WhatWasWritten_IsEqual()
    {
        var spec = new PreprocessingSpec { InputSize = 160, Resize = 183, Interpolation = Interpolation.Bicubic, ColorOrder = ColorOrder.Bgr, Scale = 1, Mean = [103.9, 116.8, 123.7], Std = [57, 58, 59] };
        var json = ManifestWriter.ToJson(spec);
        Assert.DoesNotContain('\n', json);
        Assert.Equal(spec, ManifestReader.ReadPreprocessing(Encoding.UTF8.GetBytes(json), "weights"));
    }

    [Theory]
    [InlineData("[]", "preprocessing")]
    [InlineData("{", "weights")]
    [InlineData("""{"inputSize": 0, "resize": 256, "interpolation": "linear", "colorOrder": "rgb", "scale": 1, "mean": [1, 2, 3], "std": [1, 2, 3]}""", "preprocessing.interpolation")]
    public void ReadPreprocessing_Wrong_ListsTheFaultsAsOfAManifest(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<ManifestException>(() => ManifestReader.ReadPreprocessing(Encoding.UTF8.GetBytes(json), "weights")).Message);
}
