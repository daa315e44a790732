using System.ComponentModel.DataAnnotations;
using ResNetService.Imaging;

namespace ResNetService.Inference;

/// <summary>A decoder that this machine has. A value that is none of the names never comes so far: binding refuses it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class InstalledJpegDecoderAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) => value is not JpegDecoder.TurboJpeg || ImageDecoder.HasTurboJpeg;

    public override string FormatErrorMessage(string name) => $"Imaging:{name} is TurboJpeg. {ImageDecoder.TurboJpegMissing}";
}
