using ResNetService.Inference.Execution.Cuda;

namespace ResNetService.Inference.Tests.Execution.Cuda;

public sealed class CaptureThreadTests
{
    [Fact]
    public void Invoke_WorkThatFails_FailsTheCallerAndNotTheThread()
    {
        using var thread = new CaptureThread();
        var done = false;

        var thrown = Assert.Throws<InvalidOperationException>(() => thread.Invoke(() => throw new InvalidOperationException("no")));
        thread.Invoke(() => done = true);

        Assert.Equal("no", thrown.Message);
        Assert.True(done);
    }

    [Fact]
    public void Dispose_EndsTheThread()
    {
        Thread? worker = null;
        using (var thread = new CaptureThread())
            thread.Invoke(() => worker = Thread.CurrentThread);

        Assert.False(worker!.IsAlive);
    }
}
