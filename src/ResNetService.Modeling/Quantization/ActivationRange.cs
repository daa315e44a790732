namespace ResNetService.Modeling.Quantization;

/// <summary>The values of a tensor that uint8 is spread over; what lies outside is clipped.</summary>
/// <param name="Low">0 or less, so that 0 is represented exactly.</param>
/// <param name="High">0 or more.</param>
internal readonly record struct ActivationRange(double Low, double High)
{
    /// <summary>value = scale * (quantized - zeroPoint), quantized from 0 to 255. Where nothing is negative, the zero point is 0.</summary>
    public (float Scale, byte ZeroPoint) Parameters
    {
        get
        {
            var scale = (float)((High - Low) / byte.MaxValue);
            return float.IsNormal(scale) ? (scale, (byte)Math.Clamp(Math.Round(-Low / scale), 0, byte.MaxValue)) : (1, 0);
        }
    }
}
