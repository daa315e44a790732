using ResNetService.Inference.Batching;
using ResNetService.Inference.Errors;

namespace ResNetService.Inference.Tests.Batching;

public sealed class AdmissionTests
{
    private TimeSpan _now = TimeSpan.FromHours(1);

    [Fact]
    public void Enter_MoreThanAreFree_TakesNone()
    {
        var admission = new Admission(10);
        admission.Enter(8, null, _now);

        Assert.Equal(ErrorCode.QueueFull, Refusal(() => admission.Enter(3, null, _now)).Code);
        admission.Enter(2, null, _now);
        Assert.Equal(ErrorCode.QueueFull, Refusal(() => admission.Enter(1, null, _now)).Code);
        admission.Leave(1, _now);
        admission.Enter(1, null, _now);
    }

    [Fact]
    public void Enter_MoreThanThereCanBe_IsNotToBeRepeated()
    {
        var refusal = Refusal(() => new Admission(10).Enter(11, null, _now));

        Assert.Equal(ErrorCode.InvalidRequest, refusal.Code);
        Assert.Contains("10", refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Enter_FullQueue_SaysWhenByTheRateOfLate()
    {
        var admission = new Admission(10);
        admission.Enter(10, null, _now);
        for (var i = 0; i < 4; i++)
        {
            _now += TimeSpan.FromSeconds(3);
            admission.Leave(1, _now);
        }

        admission.Enter(4, null, _now);

        // Three seconds an image, and five must leave.
        Assert.Equal(TimeSpan.FromSeconds(15), Refusal(() => admission.Enter(5, null, _now)).RetryAfter);
    }

    [Theory]
    [InlineData(0.001, 1)]
    [InlineData(1000, 60)]
    public void Enter_FullQueue_AsksForOneSecondToOneMinute(double secondsPerImage, int retryAfter)
    {
        var admission = new Admission(2);
        admission.Enter(2, null, _now);
        _now += TimeSpan.FromSeconds(secondsPerImage);
        admission.Leave(1, _now);
        admission.Enter(1, null, _now);

        Assert.Equal(TimeSpan.FromSeconds(retryAfter), Refusal(() => admission.Enter(1, null, _now)).RetryAfter);
    }

    [Fact]
    public void Close_WithImagesInside_IsDrainedWhenTheLastHasLeft()
    {
        var admission = new Admission(10);
        admission.Enter(2, null, _now);

        admission.Close();
        Assert.Equal(ErrorCode.NotReady, Refusal(() => admission.Enter(1, null, _now)).Code);
        admission.Leave(1, _now);
        Assert.False(admission.IsDrained);
        admission.Leave(1, _now);

        Assert.True(admission.IsDrained);
    }

    private static ServiceError Refusal(Action enter) => Assert.Throws<ServiceException>(enter).Error;
}
