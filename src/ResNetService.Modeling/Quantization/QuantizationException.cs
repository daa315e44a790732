namespace ResNetService.Modeling.Quantization;

/// <summary>A model cannot be quantized as asked; the message says why and what would work.</summary>
internal sealed class QuantizationException(string message) : Exception(message);
