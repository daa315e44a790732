using Microsoft.Extensions.Time.Testing;
using ResNetService.Inference.Batching;
using ResNetService.Inference.Errors;

namespace ResNetService.Inference.Tests.Batching;

public sealed class AdmissionTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Enter_MoreThanAreFree_TakesNone()
    {
        var admission = new Admission(10, _time);
        admission.Enter(8);

        Assert.Equal(ErrorCode.QueueFull, Refusal(() => admission.Enter(3)).Code);
        admission.Enter(2);
        Assert.Equal(ErrorCode.QueueFull, Refusal(() => admission.Enter(1)).Code);
        admission.Leave(1);
        admission.Enter(1);
    }

    [Fact]
    public void Enter_MoreThanThereCanBe_IsNotToBeRepeated()
    {
        var refusal = Refusal(() => new Admission(10, _time).Enter(11));

        Assert.Equal(ErrorCode.InvalidRequest, refusal.Code);
        Assert.Contains("10", refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Enter_FullQueue_SaysWhenByTheRateOfLate()
    {
        var admission = new Admission(10, _time);
        admission.Enter(10);
        for (var i = 0; i < 4; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(3));
            admission.Leave(1);
        }

        admission.Enter(4);

        // Three seconds an image, and five must leave.
        Assert.Equal(TimeSpan.FromSeconds(15), Refusal(() => admission.Enter(5)).RetryAfter);
    }

    [Theory]
    [InlineData(0.001, 1)]
    [InlineData(1000, 60)]
    public void Enter_FullQueue_AsksForOneSecondToOneMinute(double secondsPerImage, int retryAfter)
    {
        var admission = new Admission(2, _time);
        admission.Enter(2);
        _time.Advance(TimeSpan.FromSeconds(secondsPerImage));
        admission.Leave(1);
        admission.Enter(1);

        Assert.Equal(TimeSpan.FromSeconds(retryAfter), Refusal(() => admission.Enter(1)).RetryAfter);
    }

    [Fact]
    public async Task Close_WithImagesInside_EndsWhenTheLastHasLeft()
    {
        var admission = new Admission(10, _time);
        admission.Enter(2);

        var closed = admission.CloseAsync();
        Assert.Equal(ErrorCode.NotReady, Refusal(() => admission.Enter(1)).Code);
        admission.Leave(1);
        Assert.False(closed.IsCompleted);
        admission.Leave(1);

        await closed.WaitAsync(TestContext.Current.CancellationToken);
    }

    private static ServiceError Refusal(Action enter) => Assert.Throws<ServiceException>(enter).Error;
}
