using System.Text.Json;

namespace ResNetService.Benchmarks.LoadGeneration;

/// <summary>One request alone on the machine, as its sender saw it and as the service accounted for it; seconds.</summary>
/// <param name="Client">From the first byte sent to the last byte received, and parsed as HTTP.</param>
/// <param name="Decode">As <paramref name="Queue"/>, <paramref name="Inference"/> and <paramref name="Total"/>, from the reply's <c>timings</c>.</param>
internal readonly record struct TimedReply(double Client, double Decode, double Queue, double Inference, double Total)
{
    /// <summary>What serving adds to the work itself.</summary>
    public double Overhead => Client - Decode - Inference;

    /// <param name="reply">A body of 200 of <c>POST /classify</c>.</param>
    public static TimedReply Parse(double clientSeconds, ReadOnlyMemory<byte> reply)
    {
        using var document = JsonDocument.Parse(reply);
        var timings = document.RootElement.GetProperty("timings");
        return new(clientSeconds, Seconds("decodeMs"), Seconds("queueMs"), Seconds("inferenceMs"), Seconds("totalMs"));

        double Seconds(string name) => timings.GetProperty(name).GetDouble() / 1e3;
    }
}
