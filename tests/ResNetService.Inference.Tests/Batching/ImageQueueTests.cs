using ResNetService.Inference.Batching;
using ResNetService.Inference.Errors;

namespace ResNetService.Inference.Tests.Batching;

public sealed class ImageQueueTests
{
    private static readonly TimeSpan Now = TimeSpan.FromMinutes(1);

    [Fact]
    public void TakeBatch_WhileOthersAreDecoded_TakesWhatIsReady()
    {
        var queue = QueueOfBytes.Create(maxBatchSize: 4, runners: 2);
        var items = Enter(queue, 1, 2, 3);
        Decode(queue, items[0]);
        var slow = Start(queue, items[1]);
        Decode(queue, items[2]);

        var batch = queue.TakeBatch(Now, out _)!;
        slow.Span.Fill(2);
        queue.EndDecoding(items[1], Now);
        var next = queue.TakeBatch(Now, out _)!;

        Assert.Equal([1, 3], QueueOfBytes.Contents(batch));
        Assert.Equal([2], QueueOfBytes.Contents(next));
    }

    [Fact]
    public void TakeBatch_AfterAnImageFailed_HasNoHole()
    {
        var queue = QueueOfBytes.Create(maxBatchSize: 4);
        var items = Enter(queue, 1, 2, 3);
        Start(queue, items[0]);
        Decode(queue, items[1]);
        Decode(queue, items[2]);
        queue.FailDecoding(items[0], Now);

        Assert.Equal([2, 3], QueueOfBytes.Contents(queue.TakeBatch(Now, out _)!));
    }

    [Fact]
    public void TakeBatch_NothingReady_WaitsForAsLongAsItTakes()
    {
        var queue = QueueOfBytes.Create(maxBatchSize: 4, maxDelay: TimeSpan.FromSeconds(1));
        Enter(queue, 1);

        Assert.Null(queue.TakeBatch(Now, out var wait));
        Assert.Null(wait);
    }

    [Fact]
    public void TakeBatch_Delay_CountsFromTheOldestReadyImage()
    {
        var queue = QueueOfBytes.Create(maxBatchSize: 4, maxDelay: TimeSpan.FromSeconds(3));
        var items = Enter(queue, 1, 2);
        Decode(queue, items[0], Now);
        Decode(queue, items[1], Now + TimeSpan.FromSeconds(2));

        Assert.Null(queue.TakeBatch(Now + TimeSpan.FromSeconds(2), out var wait));
        Assert.Equal(TimeSpan.FromSeconds(1), wait);
        Assert.Equal([1, 2], QueueOfBytes.Contents(queue.TakeBatch(Now + TimeSpan.FromSeconds(3), out _)!));
    }

    [Fact]
    public void TakeBatch_SharedCores_SpreadsWhatIsHeldAndTakesTheOldestFirst()
    {
        var queue = QueueOfBytes.Create(maxBatchSize: 4, runners: 2, shares: 2);
        var items = Enter(queue, 1, 2, 3, 4);
        var first = Start(queue, items[0]);
        Decode(queue, items[1], Now + TimeSpan.FromSeconds(1));
        Decode(queue, items[2], Now + TimeSpan.FromSeconds(2));
        first.Span.Fill(1);
        queue.EndDecoding(items[0], Now + TimeSpan.FromSeconds(3));
        Decode(queue, items[3], Now + TimeSpan.FromSeconds(4));

        var (one, other) = (queue.TakeBatch(Now, out _)!, queue.TakeBatch(Now, out _)!);

        Assert.Equal([2, 3], QueueOfBytes.Contents(one));
        Assert.Equal([1, 4], QueueOfBytes.Contents(other));
        Assert.True(one.Shares && other.Shares);
    }

    [Fact]
    public void TakeBatch_BesideARunThatHasAllCores_WaitsForItsEnd()
    {
        var queue = QueueOfBytes.Create(maxBatchSize: 4, runners: 2, shares: 2);
        Decode(queue, Enter(queue, 1)[0]);
        var alone = queue.TakeBatch(Now, out _)!;
        Decode(queue, Enter(queue, 2)[0]);

        Assert.Null(queue.TakeBatch(Now, out var wait));
        queue.EndRun(alone, Now);

        Assert.Null(wait);
        Assert.False(alone.Shares);
        Assert.Equal([2], QueueOfBytes.Contents(queue.TakeBatch(Now, out _)!));
    }

    [Fact]
    public void StartDecoding_NoSlotFree_IsForLater()
    {
        var queue = QueueOfBytes.Create(maxBatchSize: 2);
        var items = Enter(queue, 1, 2, 3);
        Decode(queue, items[0]);
        Decode(queue, items[1]);

        Assert.Null(queue.StartDecoding(Now));
        queue.TakeBatch(Now, out _);
        Assert.Same(items[2], queue.StartDecoding(Now)?.Item);
    }

    [Theory]
    [InlineData(nameof(WorkState.Waiting), true)]
    [InlineData(nameof(WorkState.Decoding), false)]
    [InlineData(nameof(WorkState.Ready), true)]
    [InlineData(nameof(WorkState.Running), false)]
    [InlineData(nameof(WorkState.Ended), false)]
    public void Depart_ByState_EndsWhatNobodyWorksOn(string name, bool ends)
    {
        var state = Enum.Parse<WorkState>(name);
        var queue = QueueOfBytes.Create(maxBatchSize: 2);
        var item = Enter(queue, 1)[0];
        if (state >= WorkState.Decoding)
            Start(queue, item);
        if (state >= WorkState.Ready)
            queue.EndDecoding(item, Now);
        var batch = state >= WorkState.Running ? queue.TakeBatch(Now, out _) : null;
        if (state == WorkState.Ended)
            queue.EndRun(batch!, Now);
        Assert.Equal(state, item.State);
        var held = queue.Admission.Held;

        Assert.Equal(ends, queue.Depart(item, Now));

        Assert.Equal(held - (ends ? 1 : 0), queue.Admission.Held);
        Assert.Null(queue.StartDecoding(Now));
        Assert.Null(queue.TakeBatch(Now, out _));
    }

    [Fact]
    public void Depart_OfMany_SaysNothingOfHowFastOthersLeave()
    {
        var queue = QueueOfBytes.Create(maxBatchSize: 1, capacity: 10);
        var item = Enter(queue, 1)[0];
        Decode(queue, item);
        queue.EndRun(queue.TakeBatch(Now, out _)!, Now + TimeSpan.FromSeconds(10));
        foreach (var departed in Enter(queue, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10).Take(5))
            queue.Depart(departed, Now + TimeSpan.FromSeconds(10));
        Enter(queue, 1, 2, 3, 4, 5);

        var refusal = Assert.Throws<ServiceException>(() => Enter(queue, 1)).Error;

        Assert.Equal(TimeSpan.FromSeconds(10), refusal.RetryAfter);
    }

    [Fact]
    public void Enter_Closed_IsRefusedAndWhatIsInsideGoesOn()
    {
        var queue = QueueOfBytes.Create(maxBatchSize: 2);
        var item = Enter(queue, 1)[0];
        queue.Admission.Close();

        Assert.Equal(ErrorCode.NotReady, Assert.Throws<ServiceException>(() => Enter(queue, 2)).Error.Code);
        Decode(queue, item);
        var batch = queue.TakeBatch(Now, out _)!;
        Assert.False(queue.Admission.IsDrained);
        queue.EndRun(batch, Now);
        Assert.True(queue.Admission.IsDrained);
    }

    private static IReadOnlyList<WorkItem> Enter(ImageQueue queue, params byte[] contents)
    {
        var items = new Submission([.. contents.Select(content => new NetworkInput(new[] { content }))], reading: null, CancellationToken.None).Items;
        queue.Enter(items, null, Now);
        return items;
    }

    private static Memory<byte> Start(ImageQueue queue, WorkItem expected)
    {
        var (item, slot) = queue.StartDecoding(Now)!.Value;
        Assert.Same(expected, item);
        return slot;
    }

    private static void Decode(ImageQueue queue, WorkItem item, TimeSpan? now = null)
    {
        Start(queue, item).Span.Fill(item.Input.Data.Span[0]);
        queue.EndDecoding(item, now ?? Now);
    }
}
