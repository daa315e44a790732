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

    /// <summary>A minute that a run hung is no minute that an image takes.</summary>
    [Fact]
    public void Enter_AfterARunWasGivenUp_IsToldOfTheRateOfThoseThatLeft()
    {
        var admission = new Admission(10);
        admission.Enter(10, null, _now);
        _now += TimeSpan.FromSeconds(60);
        admission.GiveUp(4, _now);
        _now += TimeSpan.FromSeconds(2);
        admission.Leave(1, _now);
        admission.Enter(5, null, _now);

        Assert.Equal(TimeSpan.FromSeconds(2), Refusal(() => admission.Enter(1, null, _now)).RetryAfter);
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

    /// <summary>Of 10 images one leaves a second: whoever comes then waits ten seconds.</summary>
    [Theory]
    [InlineData(9.5, true, 1)]
    [InlineData(4.0, true, 6)]
    [InlineData(10.5, false, 0)]
    [InlineData(null, false, 0)]
    public void Enter_BehindMoreThanTheTimeThatIsLeft_IsRefusedAtOnce(double? left, bool refused, int retryAfter)
    {
        var admission = new Admission(100);
        admission.Enter(11, null, _now);
        admission.Leave(1, _now + TimeSpan.FromSeconds(1));

        void Enter() => admission.Enter(1, left is { } seconds ? TimeSpan.FromSeconds(seconds) : null, _now);

        if (!refused)
        {
            Enter();
            return;
        }

        var error = Refusal(Enter);
        Assert.Equal((ErrorCode.QueueFull, TimeSpan.FromSeconds(retryAfter)), (error.Code, error.RetryAfter));
        Assert.Equal(10, admission.Held);
    }

    private static ServiceError Refusal(Action enter) => Assert.Throws<ServiceException>(enter).Error;
}
