using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Experiments.Unravel;

/// <summary>The error without one part.</summary>
internal sealed record Deletion(Part Part, double Error);

/// <summary>Errors without several parts that were drawn at random.</summary>
/// <param name="Parts">How many.</param>
/// <param name="Errors">Of each drawing.</param>
internal sealed record RandomDeletions(int Parts, IReadOnlyList<double> Errors)
{
    public double Mean => Errors.Average();
}

/// <summary>A trained network taken apart.</summary>
/// <param name="Error">Of the whole network on the same images.</param>
internal sealed record Unraveling(NetworkTraining Network, double Error, IReadOnlyList<Deletion> Single, IReadOnlyList<RandomDeletions> Several)
{
    private static readonly int[] Counts = [2, 3, 4, 6, 8, 10, 13, 16, 20];

    /// <summary>Error after a deletion, less that of the whole network; of each part.</summary>
    public IEnumerable<double> Costs => Single.Select(deletion => deletion.Error - Error);

    /// <param name="drawings">Of each number of parts.</param>
    public static Unraveling Measure(ExperimentRun run, NetworkTraining trained, int classes, TestBatches batches, int drawings)
    {
        using var network = trained.Load(classes);
        var parts = Part.Of(network);
        var counts = Counts.Where(count => count <= parts.Count).ToArray();
        var evaluations = 1 + parts.Count + (counts.Length * drawings);
        return run.Progress.Show($"taking {trained.Name} apart", evaluations, progress =>
        {
            var done = 0;
            double ErrorWithout(params IEnumerable<Part> deleted)
            {
                var error = ErrorOf(network, batches, deleted, run.CancellationToken);
                progress.Report(++done);
                return error;
            }

            return new Unraveling(
                trained,
                ErrorWithout(),
                [.. parts.Select(part => new Deletion(part, ErrorWithout(part)))],
                [.. counts.Select(count => new RandomDeletions(count, [.. Enumerable.Range(0, drawings).Select(drawing => ErrorWithout(Draw(parts, count, run.Options.Seed, drawing)))]))]);
        });
    }

    /// <summary>Fraction of the images whose class is not the best.</summary>
    public static double ErrorOf(Network network, TestBatches batches, IEnumerable<Part> deleted, CancellationToken cancellationToken)
    {
        var without = deleted.Select(part => part.Module).ToHashSet();
        var wrong = 0L;
        batches.ForEach(
            network,
            images => new DeletingSignal(images, without),
            (logits, classes) => wrong += logits.argmax(1).ne(classes).sum().item<long>(),
            new Silence(),
            cancellationToken);
        return (double)wrong / batches.Count;
    }

    private static Part[] Draw(IReadOnlyList<Part> parts, int count, int seed, int drawing)
    {
        var order = parts.ToArray();
        SeededRandom.For(seed, count, drawing).Shuffle(order);
        return order[..count];
    }

    private sealed class Silence : IProgress<int>
    {
        public void Report(int value)
        {
        }
    }
}
