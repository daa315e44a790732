using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using ResNetService.Modeling.Classification;
using ResNetService.Modeling.Classification.Rows;
using ResNetService.Modeling.Commands;

namespace ResNetService.Modeling.Tests.Classification;

/// <summary>Order, bounds and ends of a run, with a classifier that answers when the test says.</summary>
public sealed class ClassificationRunTests
{
    /// <summary>A run that does not end is a failure too.</summary>
    private const int LongestMilliseconds = 60_000;

    private static readonly IProgress<int> Unseen = new Progress<int>();

    private readonly FakeTimeProvider _time = new();

    [Fact(Timeout = LongestMilliseconds)]
    public async Task Run_AnswersInAnyOrder_AreWrittenInTheOrderOfTheFiles()
    {
        var (classifier, written) = (new Gated(), new Written());
        var run = new ClassificationRun(classifier, 3, 1, written, _time).RunAsync(Files(3), Unseen, TestContext.Current.CancellationToken);

        foreach (var name in new[] { "2", "1", "0" })
            (await classifier.Asked(name)).SetResult();
        await run;

        Assert.Equal(["0", "1", "2"], written.Names);
    }

    [Fact(Timeout = LongestMilliseconds)]
    public async Task Run_ManyFiles_AsksForNoMoreAtOnceAndListsNoFurtherThanItMust()
    {
        var (classifier, written, listed) = (new Gated(), new Written(), 0);
        var run = new ClassificationRun(classifier, 2, 1, written, _time).RunAsync(Files(1000).Select(file => { listed++; return file; }), Unseen, TestContext.Current.CancellationToken);

        // The first has no answer: the others go on without it, up to a point.
        await classifier.Asked("0");
        for (var i = 1; i < 16; i++)
            (await classifier.Asked($"{i}")).SetResult();
        Assert.Empty(written.Names);
        Assert.InRange(listed, 16, 18);

        (await classifier.Asked("0")).SetResult();
        classifier.Open();
        await run;

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"{i}"), written.Names);
        Assert.Equal(2, classifier.MostAtOnce);
    }

    [Fact(Timeout = LongestMilliseconds)]
    public async Task Run_FailureOfTheClassifier_EndsItAtOnceAndKeepsWhatIsThere()
    {
        var (classifier, written) = (new Gated(), new Written());
        var run = new ClassificationRun(classifier, 3, 1, written, _time).RunAsync(Files(1000), Unseen, TestContext.Current.CancellationToken);

        // The first never has an answer, and the failure does not wait for its turn.
        await classifier.Asked("0");
        (await classifier.Asked("1")).SetResult();
        await classifier.Asked("3");
        (await classifier.Asked("2")).SetException(new CommandException("gone"));

        Assert.Equal("gone", (await Assert.ThrowsAsync<CommandException>(() => run)).Message);
        Assert.Equal(["1"], written.Names);
    }

    [Fact(Timeout = LongestMilliseconds)]
    public async Task Run_Cancelled_WritesWhatIsThere()
    {
        var (classifier, written) = (new Gated(), new Written());
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var run = new ClassificationRun(classifier, 2, 1, written, _time).RunAsync(Files(1000), Unseen, cancel.Token);

        await classifier.Asked("0");
        (await classifier.Asked("1")).SetResult();
        await classifier.Asked("2");
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(["1"], written.Names);
    }

    [Fact(Timeout = LongestMilliseconds)]
    public async Task Run_FolderThatCannotBeRead_IsAFailureAndNotAskedFor()
    {
        var (classifier, written) = (new Gated(), new Written());
        classifier.Open();
        var run = new ClassificationRun(classifier, 1, 1, written, _time);

        await run.RunAsync([new("/a", "a", "The folder cannot be read."), .. Files(1)], Unseen, TestContext.Current.CancellationToken);

        Assert.Equal(["a", "0"], written.Names);
        Assert.Equal((2, 1), (run.Files, run.Failures));
    }

    [Fact(Timeout = LongestMilliseconds)]
    public async Task Run_CancelledWhileAFileCannotBeGivenUp_EndsWithoutItAndWritesWhatIsThere()
    {
        var (classifier, written) = (new Gated { IsDeaf = true }, new Written());
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var run = new ClassificationRun(classifier, 2, 1, written, _time).RunAsync(Files(3), Unseen, cancel.Token);

        await classifier.Asked("0");
        (await classifier.Asked("1")).SetResult();
        await classifier.Asked("2");
        await cancel.CancelAsync();
        while (!run.IsCompleted)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            _time.Advance(ClassificationRun.EndTimeout);
            await Task.Yield();
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(["1"], written.Names);
    }

    private static IEnumerable<InputFile> Files(int count) => Enumerable.Range(0, count).Select(i => new InputFile($"/{i}", $"{i}"));

    private sealed class Gated : IFileClassifier
    {
        private readonly ConcurrentDictionary<string, (TaskCompletionSource<TaskCompletionSource> Asked, TaskCompletionSource Answer)> _files = new();
        private volatile bool _isOpen;
        private int _atOnce;

        public ClassifyingModel Model { get; } = new("m:1", 1, "cpu", "fp32");

        public int Concurrency => 1;

        public int MostAtOnce { get; private set; }

        /// <summary>Does not heed that it is cancelled.</summary>
        public bool IsDeaf { get; init; }

        /// <summary>Waits until the file is asked for.</summary>
        public Task<TaskCompletionSource> Asked(string name) => Of(name).Asked.Task.WaitAsync(TestContext.Current.CancellationToken);

        public void Open()
        {
            _isOpen = true;
            foreach (var file in _files.Values)
                file.Answer.TrySetResult();
        }

        public async Task<FileResult> ClassifyAsync(InputFile file, int topK, CancellationToken cancellationToken)
        {
            lock (_files)
                MostAtOnce = Math.Max(MostAtOnce, ++_atOnce);
            try
            {
                var (asked, answer) = Of(file.Name);
                asked.SetResult(answer);
                if (!_isOpen)
                    await answer.Task.WaitAsync(IsDeaf ? CancellationToken.None : cancellationToken);
                return new(file.Name, Model.Name, 1, 1, [new(0, "x", 1)], null);
            }
            finally
            {
                lock (_files)
                    _atOnce--;
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private (TaskCompletionSource<TaskCompletionSource> Asked, TaskCompletionSource Answer) Of(string name) => _files.GetOrAdd(name, _ => (
            new(TaskCreationOptions.RunContinuationsAsynchronously), new(TaskCreationOptions.RunContinuationsAsynchronously)));
    }

    private sealed class Written : IResultWriter
    {
        public List<string> Names { get; } = [];

        public void Write(FileResult result) => Names.Add(result.Name);

        public void Dispose()
        {
        }
    }
}
