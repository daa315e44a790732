using ResNetService.Modeling.Architectures;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Architectures;

/// <summary>
/// Weights by formula instead of by file, so that reference logits exist for networks whose weights nobody may ship. The
/// formula hashes a tensor's key and element index; golden/README of the shared data describes it.
/// </summary>
internal static class HashFill
{
    public static void Apply(Network network)
    {
        using var _ = no_grad();
        foreach (var (key, parameter) in network.state_dict())
        {
            if (!key.EndsWith("num_batches_tracked", StringComparison.Ordinal))
            {
                using var values = tensor(Values(key, parameter.shape, network is GoogLeNet ? 1 : 0.5), parameter.shape);
                parameter.copy_(values);
            }
        }
    }

    /// <param name="gamma">What BatchNorm's weights lie around.</param>
    private static float[] Values(string key, long[] shape, double gamma)
    {
        var count = shape.Aggregate(1L, (product, side) => product * side);
        var seed = Crc32(key);
        var scale = shape.Length > 1 ? Math.Sqrt(6.0 / (count / shape[0])) : 0.1;
        var values = new float[count];
        for (var i = 0; i < values.Length; i++)
        {
            var u = Hash(((uint)i * 0x9E3779B9u) + seed) / 4294967296.0;
            var r = (2 * u) - 1;
            values[i] = (float)(shape.Length > 1 ? scale * r
                : key.EndsWith(".running_var", StringComparison.Ordinal) ? 1 + (0.5 * u)
                : key.EndsWith(".weight", StringComparison.Ordinal) ? gamma + (0.1 * r)
                : 0.1 * r);
        }

        return values;
    }

    private static uint Hash(uint h)
    {
        h ^= h >> 16;
        h *= 0x85ebca6b;
        h ^= h >> 13;
        h *= 0xc2b2ae35;
        return h ^ (h >> 16);
    }

    private static uint Crc32(string text)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var c in System.Text.Encoding.UTF8.GetBytes(text))
        {
            crc ^= c;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1)));
        }

        return ~crc;
    }
}
