using System.Numerics;
using ResNetService.Inference.Batching;
using ResNetService.Inference.Telemetry;

namespace ResNetService.Inference.Models;

/// <summary>Counts a model's answers and times its requests, second by second, for a minute.</summary>
internal sealed class LoadMeter(TimeProvider time, ModelTelemetry? telemetry = null)
{
    private const int Seconds = 60;
    private const int SecondsOfRate = 10;

    private readonly Lock _lock = new();
    private readonly Second[] _ring = [.. Enumerable.Range(0, Seconds).Select(_ => new Second())];
    private readonly long _start = time.GetTimestamp();
    private long _answered, _failed;

    /// <summary>The same, told to whoever collects it elsewhere.</summary>
    public ModelTelemetry Telemetry { get; } = telemetry ?? ModelTelemetry.Unobserved;

    /// <summary>A request has ended.</summary>
    public void Record(IReadOnlyList<BatchedImage> images, TimeSpan elapsed)
    {
        Telemetry.Ended(images);
        var failed = images.Count(image => image.Error is not null);
        lock (_lock)
        {
            _answered += images.Count - failed;
            _failed += failed;
            var now = Now;
            _ring[now % Seconds].At(now).Add(images.Count - failed, Histogram.BucketOf(elapsed));
        }
    }

    public ModelLoad Read(string name, string version, BatcherLoad load)
    {
        lock (_lock)
        {
            var now = Now;
            var images = 0L;
            var requests = new long[Histogram.Buckets];
            foreach (var second in _ring.Where(second => second.Number > now - Seconds))
            {
                // The second that has begun is not over: its images would make the rate jump.
                if (second.Number < now && second.Number >= now - SecondsOfRate)
                    images += second.Images;
                for (var bucket = 0; bucket < requests.Length; bucket++)
                    requests[bucket] += second.Requests[bucket];
            }

            return new(
                name, version, load.Held, load.Capacity, load.Running, _answered, _failed, load.Batches,
                now == 0 ? 0 : images / (double)Math.Min(now, SecondsOfRate), Histogram.Percentiles(requests))
            {
                Waiting = load.Waiting,
            };
        }
    }

    private long Now => (long)time.GetElapsedTime(_start).TotalSeconds;

    private sealed class Second
    {
        public long Number { get; private set; } = -Seconds;

        public long Images { get; private set; }

        public int[] Requests { get; } = new int[Histogram.Buckets];

        /// <summary>This place of the ring, cleared where it still holds an older second.</summary>
        public Second At(long number)
        {
            if (Number != number)
            {
                (Number, Images) = (number, 0);
                Array.Clear(Requests);
            }

            return this;
        }

        public void Add(int images, int bucket)
        {
            Images += images;
            Requests[bucket]++;
        }
    }

    /// <summary>Times from 1 microsecond to 72 minutes, eight buckets from each power of two to the next.</summary>
    private static class Histogram
    {
        private const int Steps = 8;
        public const int Buckets = Steps * 32;

        public static int BucketOf(TimeSpan time)
        {
            var microseconds = (uint)Math.Clamp(time.TotalMicroseconds, 1, uint.MaxValue);
            var power = BitOperations.Log2(microseconds);
            return (power * Steps) + (int)(((ulong)microseconds * Steps) >> power) - Steps;
        }

        public static LatencyPercentiles? Percentiles(long[] counts) =>
            counts.Sum() is > 0 and var total ? new(Percentile(counts, total, 0.50), Percentile(counts, total, 0.95), Percentile(counts, total, 0.99)) : null;

        private static TimeSpan Percentile(long[] counts, long total, double fraction)
        {
            var (wanted, seen, bucket) = ((long)Math.Ceiling(fraction * total), 0L, -1);
            while (seen < wanted)
                seen += counts[++bucket];
            return TimeSpan.FromMicroseconds((double)(1UL << (bucket / Steps)) * (Steps + (bucket % Steps) + 1) / Steps);
        }
    }
}
