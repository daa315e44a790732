using ResNetService.Modeling.Tests.Training;
using ResNetService.Modeling.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Torch;

/// <remarks>Runs alone: other tests use TorchSharp's operators, which do not stand this.</remarks>
[Collection(TrainingCollection.Name)]
public sealed class HeldScalarTests
{
    /// <summary>With <c>a + b</c> in place of <c>a.Plus(b)</c>, about one in ten thousand fails.</summary>
    private const int Rounds = 100_000;

    [Fact]
    public void Plus_WhileGarbageIsCollected_Adds()
    {
        using var stop = new CancellationTokenSource();
        var collecting = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        var reusing = new Thread(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                // Takes the memory of a scalar that was freed, for one that no sum of numbers takes.
                using Scalar scalar = i % 2 == 0;
            }
        });
        collecting.Start();
        reusing.Start();
        try
        {
            using var two = tensor(new[] { 2f });
            for (var i = 0; i < Rounds; i++)
            {
                using var sum = two.Plus(two);
                Assert.Equal(4, sum.item<float>());
            }
        }
        finally
        {
            stop.Cancel();
            collecting.Join();
            reusing.Join();
        }
    }
}
