using System.Globalization;
using System.Text;

namespace ResNetService.Fuzz.Mutation;

/// <summary>Changes inputs as files and requests go wrong: bits, lengths, pieces that mean something, parts that are missing, doubled or of another input.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> words, int longest)
{
    private const int MostEdits = 6;
    private const int LongestPart = 64;

    /// <summary>Numbers at which lengths, counts and offsets go wrong.</summary>
    private static readonly long[] Corners = [0, 1, -1, 2, 16, 127, 128, 255, 256, 32767, 65535, 65536, int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32, long.MaxValue, long.MinValue];

    private static readonly string[] Numerals = ["0", "-1", "1", "255", "65536", "2147483647", "2147483648", "4294967296", "9223372036854775807", "99999999999999999999", "1e9", "1e-400", "0.5", "00"];

    /// <param name="other">Of which a part may be taken over.</param>
    public byte[] Mutate(byte[] input, byte[] other)
    {
        var bytes = new List<byte>(input);
        for (var edits = random.Next(1, MostEdits + 1); edits > 0; edits--)
            Edit(bytes, other);
        if (bytes.Count > longest)
            bytes.RemoveRange(longest, bytes.Count - longest);
        return [.. bytes];
    }

    private void Edit(List<byte> bytes, byte[] other)
    {
        var at = random.Next(bytes.Count + 1);
        switch (random.Next(10))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                Overwrite(bytes, at, Corner());
                break;
            case 3:
                ReplaceNumeral(bytes, at);
                break;
            case 4 when words.Count > 0:
                bytes.InsertRange(at, words[random.Next(words.Count)]);
                break;
            case 5 when words.Count > 0:
                Overwrite(bytes, at, words[random.Next(words.Count)]);
                break;
            case 6:
                bytes.RemoveRange(at, Math.Min(Length(), bytes.Count - at));
                break;
            case 7:
                Repeat(bytes, at);
                break;
            case 8:
                Splice(bytes, at, other);
                break;
            case 9 when random.Next(4) == 0:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            default:
                bytes.Insert(at, (byte)random.Next(256));
                break;
        }
    }

    private byte[] Corner()
    {
        var bytes = BitConverter.GetBytes(Corners[random.Next(Corners.Length)] + random.Next(-1, 2))[..(1 << random.Next(4))];
        if (random.Next(2) == 0)
            Array.Reverse(bytes);
        return bytes;
    }

    /// <summary>The next number that is written in digits.</summary>
    private void ReplaceNumeral(List<byte> bytes, int at)
    {
        var start = bytes.FindIndex(at, IsDigit);
        if (start < 0)
            return;
        var end = bytes.FindIndex(start, value => !IsDigit(value));
        end = end < 0 ? bytes.Count : end;
        var numeral = random.Next(3) == 0
            ? (bytes.Count + random.Next(-2, 3)).ToString(CultureInfo.InvariantCulture)
            : Numerals[random.Next(Numerals.Length)];
        bytes.RemoveRange(start, end - start);
        bytes.InsertRange(start, Encoding.ASCII.GetBytes(numeral));
    }

    /// <summary>A part a few times or, now and then, thousands of times.</summary>
    private void Repeat(List<byte> bytes, int at)
    {
        var part = bytes.GetRange(at, Math.Min(Length(), bytes.Count - at));
        if (part.Count == 0)
            return;
        var times = random.Next(16) == 0 ? longest / part.Count : random.Next(1, 4);
        times = Math.Min(times, Math.Max(0, longest - bytes.Count) / part.Count);
        bytes.InsertRange(at, Enumerable.Repeat(part, times).SelectMany(piece => piece));
    }

    private void Splice(List<byte> bytes, int at, byte[] other)
    {
        if (other.Length == 0)
            return;
        var from = random.Next(other.Length);
        var part = other.AsSpan(from, Math.Min(random.Next(4) == 0 ? other.Length : Length(), other.Length - from)).ToArray();
        if (random.Next(2) == 0)
            bytes.RemoveRange(at, Math.Min(part.Length, bytes.Count - at));
        bytes.InsertRange(at, part);
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] piece)
    {
        for (var i = 0; i < piece.Length && at + i < bytes.Count; i++)
            bytes[at + i] = piece[i];
    }

    private int Length() => random.Next(8) == 0 ? random.Next(1, longest) : random.Next(1, LongestPart);

    private static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9';
}
