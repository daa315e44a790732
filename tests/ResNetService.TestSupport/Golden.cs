using System.Runtime.InteropServices;
using System.Text.Json;

namespace ResNetService.TestSupport;

/// <summary>Reference results of the shared test data: raw little-endian arrays whose shapes stand in <c>golden/manifest.json</c>.</summary>
public static class Golden
{
    public static (T[] Values, int[] Shape) Read<T>(string name)
        where T : unmanaged
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("golden/manifest.json")));
        var shape = manifest.RootElement.GetProperty(name).GetProperty("shape").EnumerateArray().Select(e => e.GetInt32()).ToArray();
        var bytes = File.ReadAllBytes(SharedData.Require($"golden/{name}.bin"));
        return (MemoryMarshal.Cast<byte, T>(bytes).ToArray(), shape);
    }

    /// <summary>The largest difference of any value from its reference; NaN where any value is.</summary>
    public static double LargestDifference(ReadOnlySpan<float> actual, ReadOnlySpan<double> expected)
    {
        if (actual.Length != expected.Length)
            throw new ArgumentException($"{actual.Length} values, {expected.Length} expected");
        var largest = 0.0;
        for (var i = 0; i < actual.Length; i++)
        {
            var difference = Math.Abs(actual[i] - expected[i]);
            if (!(difference <= largest))
                largest = difference; // a NaN is the largest difference
        }

        return largest;
    }

    public static double LargestMagnitude(ReadOnlySpan<double> values)
    {
        var largest = 0.0;
        foreach (var value in values)
            largest = Math.Max(largest, Math.Abs(value));
        return largest;
    }
}
