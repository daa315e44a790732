using System.Numerics;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace ResNetService.Fuzz.Coverage;

/// <summary>How often each pair of branches was taken one after the other. There is one in a process, since the rewritten code knows one alone.</summary>
internal sealed unsafe class CoverageMap
{
    /// <summary>What the rewritten code counts in.</summary>
    private const int Size = 1 << 16;

    private readonly byte* _counts;

    private CoverageMap()
    {
        // The first of this process, in whichever copy of this program: code that was rewritten may be running already.
        if (Trace.SharedMem is null)
            Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(Size);
        _counts = Trace.SharedMem;
    }

    public static CoverageMap Instance { get; } = new();

    public void Reset()
    {
        Counts.Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Adds what was taken since <see cref="Reset"/> to what is known.</summary>
    /// <param name="known">A set of magnitudes for each pair.</param>
    /// <returns>Whether there is anything new: a pair, or an order of magnitude of one.</returns>
    public bool AddTo(KnownBranches known)
    {
        var isNew = false;
        for (var at = 0; Counts[at..].IndexOfAnyExcept((byte)0) is >= 0 and var next; at++)
        {
            at += next;
            isNew |= known.Add(at, magnitude: BitOperations.Log2(_counts[at]));
        }

        return isNew;
    }

    private Span<byte> Counts => new(_counts, Size);

    /// <summary>What one target has reached.</summary>
    internal sealed class KnownBranches
    {
        private readonly byte[] _magnitudes = new byte[Size];

        /// <summary>Pairs of branches.</summary>
        public int Count { get; private set; }

        public bool Add(int pair, int magnitude)
        {
            var (before, bit) = (_magnitudes[pair], (byte)(1 << magnitude));
            if ((before & bit) != 0)
                return false;
            if (before == 0)
                Count++;
            _magnitudes[pair] |= bit;
            return true;
        }
    }
}
