using System.Buffers;
using System.Collections.Concurrent;
using ResNetService.ModelFormat;

namespace ResNetService.Modeling.Training;

/// <summary>
/// Turns images into normalised batches, ahead of whoever takes them: while one is trained on, the next are read, decoded and varied by
/// several threads. What comes out does not depend on their number.
/// </summary>
/// <param name="decoders">Threads, 1 or more.</param>
internal sealed class BatchLoader(IImageSource images, PreprocessingSpec spec, int decoders)
{
    private const int PixelValues = 256;

    /// <summary>Batches that are ready and not yet asked for, at most; beside them one is trained on and one is made.</summary>
    private const int Ahead = 2;

    private readonly float[] _normalized = Normalized(spec);

    /// <summary>Batches in the order in which they are given. Each is valid until the next is asked for.</summary>
    /// <param name="batches">Indices of images.</param>
    /// <param name="augmentation">From the index of an image to its variation; called by several threads.</param>
    /// <exception cref="TrainingException">An image cannot be read any more.</exception>
    public IEnumerable<ImageBatch> Load(IEnumerable<ReadOnlyMemory<int>> batches, Func<int, Augmentation> augmentation)
    {
        using var stop = new CancellationTokenSource();
        using var ready = new BlockingCollection<ImageBatch>(Ahead);
        var used = new ConcurrentQueue<ImageBatch>();

        // A thread of its own: with one processor, the pool's only one may be the one that trains.
        var making = Task.Factory.StartNew(() => Make(batches, augmentation, ready, used, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            foreach (var batch in ready.GetConsumingEnumerable())
            {
                yield return batch;
                used.Enqueue(batch);
            }

            making.GetAwaiter().GetResult();
        }
        finally
        {
            stop.Cancel();
            Task.WaitAny(making);
        }
    }

    private static float[] Normalized(PreprocessingSpec spec)
    {
        var values = new float[ImageBatch.Channels * PixelValues];
        for (var channel = 0; channel < ImageBatch.Channels; channel++)
        {
            for (var pixel = 0; pixel < PixelValues; pixel++)
                values[(channel * PixelValues) + pixel] = (float)(((pixel * spec.Scale) - spec.Mean[channel]) / spec.Std[channel]);
        }

        return values;
    }

    private void Make(
        IEnumerable<ReadOnlyMemory<int>> batches, Func<int, Augmentation> augmentation, BlockingCollection<ImageBatch> ready, ConcurrentQueue<ImageBatch> used, CancellationToken stop)
    {
        try
        {
            foreach (var indices in batches)
            {
                var batch = used.TryDequeue(out var free) && free.Count == indices.Length ? free : new ImageBatch(indices.Length, images.Size);
                Parallel.For(0, indices.Length, new ParallelOptions { MaxDegreeOfParallelism = decoders, CancellationToken = stop }, i =>
                {
                    var image = indices.Span[i];
                    Write(image, augmentation(image), batch.Values(i));
                    batch.SetClass(i, images.Classes[image]);
                });
                ready.Add(batch, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody wants the rest.
        }
        catch (AggregateException e)
        {
            throw e.Flatten().InnerExceptions.OfType<TrainingException>().FirstOrDefault() ?? (Exception)e;
        }
        finally
        {
            ready.CompleteAdding();
        }
    }

    private void Write(int image, Augmentation augmentation, Span<float> target)
    {
        var size = images.Size;
        var length = size * size * ImageBatch.Channels;
        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var source = rented.AsSpan(0, length);
            images.Read(image, augmentation.Crop, source);
            for (var y = 0; y < size; y++)
                WriteRow(source, augmentation, y, target.Slice(y * size * ImageBatch.Channels, size * ImageBatch.Channels));
            if (augmentation.Color != default)
                Shift(target, augmentation.Color);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void WriteRow(ReadOnlySpan<byte> source, Augmentation augmentation, int y, Span<float> target)
    {
        var size = images.Size;
        var fromY = y + augmentation.Top;
        for (var x = 0; x < size; x++)
        {
            var fromX = (augmentation.Mirrored ? size - 1 - x : x) + augmentation.Left;
            var inside = (uint)fromX < (uint)size && (uint)fromY < (uint)size;
            var from = ((fromY * size) + fromX) * ImageBatch.Channels;
            for (var channel = 0; channel < ImageBatch.Channels; channel++)
                target[(x * ImageBatch.Channels) + channel] = _normalized[(channel * PixelValues) + (inside ? source[from + channel] : 0)];
        }
    }

    /// <summary>Without a limit at black and white, as fb.resnet.torch does it.</summary>
    private void Shift(Span<float> target, ColorShift color)
    {
        var white = (PixelValues - 1) * spec.Scale;
        var (first, last) = spec.ColorOrder == ColorOrder.Rgb ? (color.Red, color.Blue) : (color.Blue, color.Red);
        ReadOnlySpan<float> shift = [(float)(first * white / spec.Std[0]), (float)(color.Green * white / spec.Std[1]), (float)(last * white / spec.Std[2])];
        for (var i = 0; i < target.Length; i++)
            target[i] += shift[i % ImageBatch.Channels];
    }
}
