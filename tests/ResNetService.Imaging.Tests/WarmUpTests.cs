using ResNetService.Imaging.Probes;
using ResNetService.ModelFormat;

namespace ResNetService.Imaging.Tests;

public sealed class WarmUpTests
{
    private static ImagePreprocessor Preprocessor(ImageLimits limits) => new(PreprocessingSpec.ImageNet, new ImageDecoder(limits, new DecodeOptions()));

    /// <summary>Warming up is silent about an image that cannot be had, so this is where it would show.</summary>
    [Fact]
    public void Preprocess_WhatWarmsUp_Succeeds()
    {
        var preprocessor = Preprocessor(new());

        Assert.Equal(new ImageSize(96, 64), preprocessor.Preprocess(Probe.Read(Probe.Jpeg), new byte[preprocessor.OutputLength], TestContext.Current.CancellationToken));
    }

    [Fact]
    public void WarmUp_LimitsBelowItsImage_IsNoError() => Preprocessor(new ImageLimits { MaxBytes = 100 }).WarmUp();
}
