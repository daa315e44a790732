using ResNetService.Imaging;
using ResNetService.Inference;

namespace ResNetService.Benchmarks.Measurement;

/// <summary>The ways in which this machine can decode.</summary>
internal static class Decoders
{
    /// <summary>The one that the service uses unless it is configured otherwise.</summary>
    public static ImageDecoder Default { get; } = new ImagingOptions().CreateDecoder();

    /// <summary>Each by its name, the default first.</summary>
    public static IReadOnlyList<(string Name, ImageDecoder Decoder)> Available { get; } =
        Default.JpegDecoder == JpegDecoder.TurboJpeg
            ? [("libjpeg-turbo", Default), ("libvips", new ImagingOptions { JpegDecoder = JpegDecoder.Libvips }.CreateDecoder())]
            : [("libvips", Default)];
}
