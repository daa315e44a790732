using Microsoft.Extensions.Time.Testing;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Tests.Models;

public sealed class LoadRetryTests
{
    [Fact]
    public void After_ManyFailures_TheWaitIsTheLongest()
    {
        var time = new FakeTimeProvider();
        LoadRetry? retry = null;
        var waits = new List<double>();
        for (var failure = 0; failure < 2000; failure++)
        {
            retry = LoadRetry.After(retry, time);
            waits.Add((retry.Due - time.GetElapsedTime(0)).TotalSeconds);
        }

        Assert.Equal([5, 10, 20, 40, 80, 160, 300], waits[..7]);
        Assert.All(waits[7..], wait => Assert.Equal(300, wait));
    }
}
