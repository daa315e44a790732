namespace ResNetService.Benchmarks;

/// <summary>Something cannot be measured; the message says why and what would help.</summary>
internal sealed class BenchmarkException(string message, Exception? innerException = null) : Exception(message, innerException);
