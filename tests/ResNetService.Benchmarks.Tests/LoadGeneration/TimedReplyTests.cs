using System.Text;
using ResNetService.Benchmarks.LoadGeneration;

namespace ResNetService.Benchmarks.Tests.LoadGeneration;

public sealed class TimedReplyTests
{
    [Fact]
    public void Reply_GivesWhatServingAdds()
    {
        var reply = TimedReply.Parse(0.0100, Encoding.UTF8.GetBytes("""{"model": "m", "timings": {"decodeMs": 2.5, "queueMs": 0.25, "inferenceMs": 6, "totalMs": 9}}"""));

        Assert.Equal(new(0.0100, 0.0025, 0.00025, 0.006, 0.009), reply);
        Assert.Equal(0.0015, reply.Overhead, 9);
    }
}
