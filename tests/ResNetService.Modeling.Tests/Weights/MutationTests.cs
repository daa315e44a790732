using ResNetService.Modeling.Weights;

namespace ResNetService.Modeling.Tests.Weights;

/// <summary>Damaged files of each format, thousands of them, the same in each run: nothing but a <see cref="WeightException"/> may come out.</summary>
public sealed class MutationTests : TemporaryFolder
{
    private const int Mutations = 2500;

    /// <summary>Numbers at which lengths and offsets go wrong.</summary>
    private static readonly long[] Corners = [0, 1, -1, 127, 255, 65535, int.MaxValue, uint.MaxValue, long.MaxValue, long.MinValue];

    [Theory]
    [InlineData("safetensors")]
    [InlineData("zip")]
    [InlineData("legacy")]
    public void Open_MutatedFile_ReadsOrRefuses(string format)
    {
        var original = Sample(format);
        var random = new Random(20150510);
        var refused = 0;
        for (var i = 0; i < Mutations; i++)
        {
            var mutated = Mutate(original, random);
            try
            {
                using var file = Open(mutated);
                foreach (var entry in file.Entries.Where(entry => entry.ElementCount < 1_000_000 && entry.Type.IsFloatingPoint()))
                    file.ReadFloats(entry);
            }
            catch (WeightException)
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"mutation {i}: {e}");
            }
        }

        // Mutations of the elements go unseen, but most others must not.
        Assert.InRange(refused, Mutations / 4, Mutations);
    }

    private static byte[] Sample(string format)
    {
        var storage = TestStorage.Floats("0", 1, 2, 3, 4, 5, 6);
        TestTensor[] tensors =
        [
            new("conv1.weight", storage, 0, [2, 3], [1, 2]),
            new("conv1.bias", storage, 1, [2], [1]),
            new("bn.weight", new("1", "HalfStorage", new byte[8], 4), 0, [4], [1]) { Rebuild = "_rebuild_parameter" },
            new("bn.num_batches_tracked", new("2", "LongStorage", new byte[8], 1), 0, [], []),
        ];
        return format switch
        {
            "zip" => TestCheckpoint.Zip(tensors),
            "legacy" => TestCheckpoint.Legacy(tensors),
            _ => TestSafetensors.Build(
                """{"__metadata__":{"a":"b"},"conv1.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"n":{"dtype":"BF16","shape":[],"data_offsets":[24,26]}}""",
                new byte[26]),
        };
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var edits = random.Next(1, 4); edits > 0; edits--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, random.Next(1, Math.Min(40, bytes.Count - at) + 1));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, random.Next(1, Math.Min(40, bytes.Count - at) + 1)));
                    break;
                case 4:
                    var source = random.Next(original.Length);
                    var length = Math.Min(random.Next(1, 40), Math.Min(original.Length - source, bytes.Count - at));
                    bytes.RemoveRange(at, length);
                    bytes.InsertRange(at, original.AsSpan(source, length).ToArray());
                    break;
                default:
                    var corner = BitConverter.GetBytes(Corners[random.Next(Corners.Length)])[..(1 << random.Next(4))];
                    for (var i = 0; i < corner.Length && at + i < bytes.Count; i++)
                        bytes[at + i] = corner[i];
                    break;
            }

            if (bytes.Count == 0)
                break;
        }

        return [.. bytes];
    }
}
