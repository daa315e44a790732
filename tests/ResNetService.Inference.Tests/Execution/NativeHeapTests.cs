using System.Runtime.InteropServices;
using ResNetService.Inference.Execution;

namespace ResNetService.Inference.Tests.Execution;

/// <summary>Alone in the process, whose memory is measured.</summary>
[CollectionDefinition(nameof(NativeHeapTests), DisableParallelization = true)]
[Collection(nameof(NativeHeapTests))]
public sealed unsafe class NativeHeapTests
{
    /// <summary>Of a large photograph; glibc never maps what is larger than 32 MB in any other way than one by one.</summary>
    private const int LargeBytes = 24_000_000;

    /// <summary>Below what glibc takes from the system one by one.</summary>
    private const int BlockBytes = 16 * 1024;

    private const int Blocks = 8192;

    private const int HeldOneIn = 256;

    /// <summary>Blocks that are held, and never given back: what lies between them would be one large block that the other test is given.</summary>
    [Fact]
    public void Trim_GivesBackWhatLiesBetweenBlocksThatAreHeld()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        var blocks = new nint[Blocks];
        for (var i = 0; i < Blocks; i++)
        {
            blocks[i] = (nint)NativeMemory.Alloc(BlockBytes);
            NativeMemory.Fill((void*)blocks[i], BlockBytes, 1);
        }

        for (var i = 0; i < Blocks; i++)
        {
            if (i % HeldOneIn != 0)
                NativeMemory.Free((void*)blocks[i]);
        }

        var kept = ResidentBytes();
        NativeHeap.Trim();
        var left = ResidentBytes();

        Assert.True(kept - left > Blocks * (long)BlockBytes / 2, $"{kept} bytes before, {left} after");
    }

    /// <summary>By itself glibc takes the second from its heap, since the first was as large, and keeps it.</summary>
    [Fact]
    public void Limit_GivesBackWhatALargeImageTook_HoweverManyCome()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        NativeHeap.Limit();
        var before = ResidentBytes();
        for (var image = 0; image < 3; image++)
            TakeAndFree();

        Assert.InRange(ResidentBytes() - before, long.MinValue, LargeBytes / 2);
    }

    [Fact]
    public void Keep_KeepsWhatALoadFrees_AndAfterItTheLimitHoldsAgain()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        NativeHeap.Limit();
        var before = ResidentBytes();

        var during = NativeHeap.Keep(() =>
        {
            TakeAndFree();
            return ResidentBytes();
        });
        TakeAndFree();

        Assert.InRange(during - before, LargeBytes / 2, long.MaxValue);
        Assert.InRange(ResidentBytes() - before, long.MinValue, LargeBytes / 2);
    }

    private static void TakeAndFree()
    {
        var block = NativeMemory.Alloc(LargeBytes);
        NativeMemory.Fill(block, LargeBytes, 1);
        NativeMemory.Free(block);
    }

    private static long ResidentBytes() => ProcessMemory.Resident(Environment.ProcessId);
}
