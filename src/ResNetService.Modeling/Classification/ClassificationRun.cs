using System.Runtime.ExceptionServices;
using ResNetService.Modeling.Classification.Rows;

namespace ResNetService.Modeling.Classification;

/// <summary>
/// Classifies files, a bounded number of them at a time, and writes the results in the order of the files, so that the same files
/// give the same output. Memory does not grow with their number.
/// </summary>
internal sealed class ClassificationRun(IFileClassifier classifier, int concurrency, int topK, IResultWriter results, TimeProvider time)
{
    /// <summary>How many results may wait for a slow one before them, in times of the concurrency.</summary>
    private const int Lookahead = 8;

    /// <summary>How long a run that ends waits for what is under way: opening a file of a drive that is gone, for one, cannot be cancelled.</summary>
    public static TimeSpan EndTimeout { get; } = TimeSpan.FromSeconds(5);

    private Exception? _failure;

    public int Files { get; private set; }

    public int Failures { get; private set; }

    /// <param name="completed">Told the number of files that have a result.</param>
    /// <exception cref="Commands.CommandException">No file can be classified any more. Then, and where it is cancelled, every result that is there has been written.</exception>
    public async Task RunAsync(IEnumerable<InputFile> files, IProgress<int> completed, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var slots = new SemaphoreSlim(concurrency);
        var underWay = new Queue<Task<FileResult>>();
        try
        {
            foreach (var file in files)
            {
                await slots.WaitAsync(stop.Token);
                underWay.Enqueue(Task.Run(() => ClassifyAsync(file, slots, stop), CancellationToken.None));
                while (underWay.TryPeek(out var first) && (first.IsCompleted || underWay.Count >= Lookahead * concurrency))
                    await TakeNextAsync();
            }

            while (underWay.Count > 0)
                await TakeNextAsync();
        }
        catch (OperationCanceledException) when (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }
        finally
        {
            await stop.CancelAsync();
            await ((Task)Task.WhenAll(underWay)).WaitAsync(EndTimeout, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var answered in underWay.Where(task => task.IsCompletedSuccessfully))
                Take(answered.Result);
        }

        async Task TakeNextAsync()
        {
            var result = await underWay.Peek().WaitAsync(stop.Token);
            _ = underWay.Dequeue();
            Take(result);
        }

        void Take(FileResult result)
        {
            results.Write(result);
            Files++;
            Failures += result.Error is null ? 0 : 1;
            completed.Report(Files);
        }
    }

    /// <summary>A failure ends the run at once, and not only when its turn comes.</summary>
    private async Task<FileResult> ClassifyAsync(InputFile file, SemaphoreSlim slots, CancellationTokenSource stop)
    {
        try
        {
            return file.Error is { } error
                ? FileResult.Failed(file.Name, classifier.Model.Name, error)
                : await classifier.ClassifyAsync(file, topK, stop.Token);
        }
        catch (FileContentException e)
        {
            return FileResult.Failed(file.Name, classifier.Model.Name, e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
            await stop.CancelAsync();
            throw;
        }
        finally
        {
            slots.Release();
        }
    }
}
