namespace ResNetService.Benchmarks.Scaling;

/// <summary>One measured value.</summary>
/// <param name="Dimension">What was varied.</param>
/// <param name="Value">To what.</param>
/// <param name="Label">The value in words, where it is a name.</param>
/// <param name="Metric">What was measured, in <paramref name="Unit"/>.</param>
internal sealed record ScalingPoint(string Dimension, double Value, string Label, string Metric, string Unit, double Result);
