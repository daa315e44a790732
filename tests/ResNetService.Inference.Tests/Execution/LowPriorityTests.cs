using ResNetService.Inference.Execution;

namespace ResNetService.Inference.Tests.Execution;

public sealed class LowPriorityTests
{
    [Fact]
    public void WorkOfAnIdleLoad_HasWhatOthersLeave_AndWhoAsksForItHasTheSameAsBefore()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        var before = LinuxThread.Scheduling();

        var during = LowPriority.Of(LoadPriority.Idle, () => LowPriority.Run(LinuxThread.Scheduling));

        Assert.Equal(LinuxThread.IdlePolicy, during.Policy);
        Assert.Equal(before, LinuxThread.Scheduling());
    }

    [Fact]
    public void WorkOfALowLoad_HasATenth()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        var before = LinuxThread.Scheduling();

        var during = LowPriority.Of(LoadPriority.Low, () => LowPriority.Run(LinuxThread.Scheduling));

        Assert.Equal((before.Policy, Math.Max(10, before.Niceness)), during);
    }

    [Fact]
    public void WorkOfANormalLoad_OrOfNone_IsDoneByWhoAsksForIt()
    {
        var here = Environment.CurrentManagedThreadId;

        Assert.Equal(here, LowPriority.Of(LoadPriority.Normal, () => LowPriority.Run(() => Environment.CurrentManagedThreadId)));
        Assert.NotEqual(here, LowPriority.Of(LoadPriority.Low, () => LowPriority.Run(() => Environment.CurrentManagedThreadId)));
        Assert.Equal(here, LowPriority.Run(() => Environment.CurrentManagedThreadId));
    }

    [Fact]
    public void ThreadThatWorkStarts_HasThePriorityOfWhoAskedForTheWork()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        var before = LinuxThread.Scheduling();

        var ofThread = LowPriority.Of(LoadPriority.Idle, () => LowPriority.Run(() =>
        {
            var seen = (-1, -1);
            var thread = new Thread(() => seen = LinuxThread.Scheduling());
            LowPriority.Start(thread);
            thread.Join();
            return seen;
        }));

        Assert.Equal(before, ofThread);
    }

    [Fact]
    public void Work_ThatFails_FailsForWhoAskedForIt() =>
        Assert.Equal("no", Assert.Throws<InvalidDataException>(() => LowPriority.Of(LoadPriority.Low, () => LowPriority.Run<int>(() => throw new InvalidDataException("no")))).Message);
}
