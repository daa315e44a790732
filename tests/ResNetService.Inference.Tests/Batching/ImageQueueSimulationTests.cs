using ResNetService.Inference.Batching;
using ResNetService.Inference.Errors;

namespace ResNetService.Inference.Tests.Batching;

/// <summary>
/// Random schedules of callers, decoders, runners and a clock, each step checked: no image is lost, answered twice or answered with
/// another's content, results keep the order of their request, and no bound is ever exceeded.
/// </summary>
public sealed class ImageQueueSimulationTests
{
    private const int Schedules = 4000;

    [Fact]
    public void Schedules_Random_KeepEveryPromise() =>
        Parallel.For(0, Schedules, seed =>
        {
            try
            {
                new Simulation(seed).Run();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"schedule {seed}: {e.Message}", e);
            }
        });

    private sealed class Simulation
    {
        private readonly Random _random;
        private readonly int _maxBatch, _capacity, _decoders, _runners, _shares;
        private readonly TimeSpan _maxDelay;
        private readonly ImageQueue _queue;
        private readonly List<Caller> _callers = [];
        private readonly List<(WorkItem Item, Memory<byte> Slot)> _decoding = [];
        private readonly List<Batch> _running = [];
        private readonly Dictionary<WorkItem, TimeSpan> _ready = [];
        private readonly HashSet<WorkItem> _outcomes = [];
        private TimeSpan _now = TimeSpan.FromDays(1);
        private WorkItem? _lastDecoded;
        private int _order;

        public Simulation(int seed)
        {
            _random = new(seed);
            _maxBatch = _random.Next(1, 9);
            _capacity = _random.Next(_maxBatch, 40);
            _decoders = _random.Next(1, 5);
            _runners = _random.Next(1, 4);
            _maxDelay = TimeSpan.FromMilliseconds(_random.Next(3) * 10);
            _shares = _random.Next(2) == 0 ? 1 : _runners;
            _queue = QueueOfBytes.Create(_maxBatch, _capacity, _maxDelay, _runners, _shares);
        }

        private IEnumerable<WorkItem> Admitted => _callers.SelectMany(caller => caller.Submission.Items);

        public void Run()
        {
            for (var step = 0; step < 200; step++)
            {
                Step();
                CheckBounds();
            }

            _queue.Admission.Close();
            while (!_queue.Admission.IsDrained)
            {
                _now += _maxDelay;
                StartDecoding();
                EndDecoding();
                TakeBatch();
                EndRun();
                CheckBounds();
            }

            Assert.Equal(Admitted.Count(), _outcomes.Count);
            foreach (var caller in _callers)
            {
                caller.Check(_outcomes);
                caller.Dispose();
            }
        }

        private void Step()
        {
            switch (_random.Next(10))
            {
                case 0 or 1:
                    Submit();
                    break;
                case 2 or 3:
                    StartDecoding();
                    break;
                case 4 or 5:
                    EndDecoding();
                    break;
                case 6:
                    TakeBatch();
                    break;
                case 7:
                    EndRun();
                    break;
                case 8:
                    Depart();
                    break;
                default:
                    _now += TimeSpan.FromMilliseconds(_random.Next(10));
                    break;
            }
        }

        private void Submit()
        {
            var caller = new Caller([.. Enumerable.Range(0, _random.Next(1, 7)).Select(_ => (byte)_random.Next(256))]);
            var held = _queue.Admission.Held;
            try
            {
                _queue.Enter(caller.Submission.Items, null, _now);
                _callers.Add(caller);
            }
            catch (ServiceException e)
            {
                caller.Dispose();
                Assert.True(held + caller.Contents.Length > _capacity);
                Assert.Contains(e.Error.Code, new[] { ErrorCode.QueueFull, ErrorCode.InvalidRequest });
                Assert.Equal(held, _queue.Admission.Held);
            }
        }

        private void StartDecoding()
        {
            if (_decoding.Count == _decoders || _queue.StartDecoding(_now) is not var (item, slot))
                return;
            _decoding.Add((item, slot));
            // In the order of their coming, over all callers.
            var order = Admitted.TakeWhile(other => other != item).Count();
            Assert.True(_lastDecoded is null || order > _order);
            (_lastDecoded, _order) = (item, order);
        }

        private void EndDecoding()
        {
            if (_decoding.Count == 0)
                return;
            var index = _random.Next(_decoding.Count);
            var (item, slot) = _decoding[index];
            _decoding.RemoveAt(index);
            if (_random.Next(5) == 0)
            {
                slot.Span.Fill(0xEE);
                _queue.FailDecoding(item, _now);
                End(item, () => item.Fail(new(ErrorCode.CorruptImage, "by chance")));
                return;
            }

            slot.Span.Fill(item.Input.Data.Span[0]);
            _queue.EndDecoding(item, _now);
            _ready.Add(item, _now);
        }

        private void TakeBatch()
        {
            if (_running.Count == _runners)
                return;
            var shares = _shares > 1 && _queue.Admission.Held >= _shares;
            var most = shares ? Math.Min(_maxBatch, (int)Math.Ceiling((double)_queue.Admission.Held / _shares)) : _maxBatch;
            if (_queue.TakeBatch(_now, out var wait) is not { } batch)
            {
                Assert.True(_ready.Count == 0
                    || _shares > 1 && _running.Count > 0 && !(shares && _running[0].Shares) && wait is null
                    || wait > TimeSpan.Zero && wait == _ready.Values.Min() + _maxDelay - _now);
                return;
            }

            Assert.Equal(Math.Min(_ready.Count, most), batch.Items.Count);
            Assert.True(batch.Items.Count == most || _now - _ready.Values.Min() >= _maxDelay);
            Assert.DoesNotContain(batch.Buffer, _running.Select(other => other.Buffer));
            Assert.Equal(shares, batch.Shares);
            if (_shares > 1)
                Assert.All(_running, other => Assert.True(shares && other.Shares));
            var oldest = _ready.Values.Order().Take(batch.Items.Count).Last();
            foreach (var item in batch.Items)
            {
                Assert.True(_ready[item] <= oldest);
                _ready.Remove(item);
            }

            _running.Add(batch);
        }

        private void EndRun()
        {
            if (_running.Count == 0)
                return;
            var batch = _running[_random.Next(_running.Count)];
            _running.Remove(batch);
            var contents = QueueOfBytes.Contents(batch);
            _queue.EndRun(batch, _now);
            for (var i = 0; i < contents.Length; i++)
            {
                var (item, content) = (batch.Items[i], contents[i]);
                End(item, () => item.Answer([content], reading: null, TimeSpan.Zero));
            }
        }

        private void Depart()
        {
            if (_callers.Count == 0)
                return;
            var caller = _callers[_random.Next(_callers.Count)];
            caller.Departs();
            foreach (var item in caller.Submission.Items)
            {
                if (!_queue.Depart(item, _now))
                    continue;
                _ready.Remove(item);
                End(item, item.Drop);
            }
        }

        private void End(WorkItem item, Action complete)
        {
            Assert.Equal(WorkState.Ended, item.State);
            Assert.True(_outcomes.Add(item));
            complete();
        }

        private void CheckBounds()
        {
            Assert.InRange(_queue.Admission.Held, 0, _capacity);
            Assert.Equal(Admitted.Count() - _outcomes.Count, _queue.Admission.Held);
            Assert.InRange(_ready.Count + _decoding.Count, 0, _maxBatch);
        }
    }

    private sealed class Caller(byte[] contents) : IDisposable
    {
        private readonly CancellationTokenSource _departure = new();
        private Submission? _submission;

        public byte[] Contents => contents;

        public Submission Submission => _submission ??= new([.. contents.Select(content => new NetworkInput(new[] { content }))], reading: null, _departure.Token);

        public void Departs() => _departure.Cancel();

        public void Dispose() => _departure.Dispose();

        /// <summary>All ended; where none was dropped, each result is of the image at its place.</summary>
        public void Check(HashSet<WorkItem> outcomes)
        {
            Assert.All(Submission.Items, item => Assert.Contains(item, outcomes));
            Assert.True(Submission.Completion.IsCompleted);
            if (Submission.Completion.IsCanceled)
            {
                Assert.True(_departure.IsCancellationRequested);
                return;
            }

            var results = Submission.Completion.Result;
            for (var i = 0; i < contents.Length; i++)
                Assert.True(results[i].Error is { Code: ErrorCode.CorruptImage } || results[i].Logits.Span[0] == contents[i]);
        }
    }
}
