using Microsoft.Extensions.Time.Testing;
using ResNetService.Inference.Classification;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Evaluation;

namespace ResNetService.Modeling.Tests.Evaluation;

public sealed class EvaluatorTests
{
    private static readonly LabelledImage[] Images = [.. Enumerable.Range(0, 50).Select(i => new LabelledImage($"{i}", i % 2))];

    /// <summary>Answers come in any order; they are counted and handed on in the order of the images, so that sums do not depend on threads.</summary>
    [Fact]
    public async Task Run_AnswersOutOfOrder_AreTakenInOrderAndFewAtOnce()
    {
        // Every second image begins after the one that it follows, and has its answer before it.
        var (begun, answered) = (Signals(), Signals());
        var scorer = new Scorer
        {
            Answer = async (image, _) =>
            {
                var number = int.Parse(image.Path, null);
                begun[number].SetResult();
                await (number % 2 == 0 ? answered[number + 1] : begun[number - 1]).Task;
                answered[number].SetResult();
                return Right(image);
            },
        };
        var (paths, counts) = (new List<string>(), new List<int>());

        var result = await new Evaluator(scorer, new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(10) })
            .RunAsync(Images, scored => paths.Add(scored.Image.Path), new Progress(counts), TestContext.Current.CancellationToken);

        Assert.Equal(Images.Select(image => image.Path), paths);
        Assert.Equal(Enumerable.Range(1, 50), counts);
        Assert.Equal((50, 50), (result.Statistics.Images, result.Statistics.Top1Correct));
        Assert.Equal(5, result.ImagesPerSecond);
        Assert.InRange(scorer.MostAtOnce, 2, scorer.Concurrency);
    }

    [Fact]
    public async Task Run_ImageWithoutAnswer_EndsTheOthersAndSaysWhich()
    {
        var scorer = new Scorer
        {
            Answer = async (image, token) =>
            {
                if (image.Path == "3")
                    throw new EvaluationException("3: damaged");
                await Task.Delay(image.Path == "4" ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, TimeProvider.System, token);
                return Right(image);
            },
        };

        var exception = await Assert.ThrowsAsync<EvaluationException>(() => Run(scorer, TestContext.Current.CancellationToken));

        Assert.Equal("3: damaged", exception.Message);
        Assert.Equal(0, scorer.UnderWay);
        Assert.InRange(scorer.Started, 4, 3 + scorer.Concurrency);
    }

    [Fact]
    public async Task Run_Cancelled_LeavesNothingUnderWay()
    {
        using var stop = new CancellationTokenSource();
        var scorer = new Scorer
        {
            Answer = async (image, token) =>
            {
                await stop.CancelAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
                return Right(image);
            },
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Run(scorer, stop.Token));

        Assert.Equal(0, scorer.UnderWay);
    }

    private static Task<EvaluationResult> Run(Scorer scorer, CancellationToken cancellationToken) =>
        new Evaluator(scorer, TimeProvider.System).RunAsync(Images, _ => { }, new Progress([]), cancellationToken);

    private static TaskCompletionSource[] Signals() => [.. Images.Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];

    private static ScoredImage Right(LabelledImage image) => new(image, [new Prediction(image.ClassIndex, "", 1)], 1);

    private sealed class Progress(List<int> counts) : IProgress<int>
    {
        public void Report(int value) => counts.Add(value);
    }

    private sealed class Scorer : IImageScorer
    {
        private readonly Lock _gate = new();

        public required Func<LabelledImage, CancellationToken, Task<ScoredImage>> Answer { get; init; }

        public int Started { get; private set; }

        public int UnderWay { get; private set; }

        public int MostAtOnce { get; private set; }

        public ModelManifest Manifest => throw new NotSupportedException();

        public string Provider => "cpu";

        public int Concurrency => 4;

        public async Task<ScoredImage> ScoreAsync(LabelledImage image, CancellationToken cancellationToken)
        {
            lock (_gate)
            {
                Started++;
                MostAtOnce = Math.Max(MostAtOnce, ++UnderWay);
            }

            try
            {
                return await Answer(image, cancellationToken);
            }
            finally
            {
                lock (_gate)
                    UnderWay--;
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
