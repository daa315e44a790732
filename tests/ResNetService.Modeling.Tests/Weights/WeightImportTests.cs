using ResNetService.Modeling.Weights;
using ResNetService.Modeling.Weights.Import;

namespace ResNetService.Modeling.Tests.Weights;

public sealed class WeightImportTests : TemporaryFolder
{
    private static readonly TestStorage Count = new("count", "LongStorage", [9, 0, 0, 0, 0, 0, 0, 0], 1);

    [Fact]
    public void Apply_FileThatFits_CopiesEveryTensor()
    {
        var target = new TestTarget(("a.weight", [2, 2]), ("a.num_batches_tracked", []));
        using var file = Open(TestCheckpoint.Zip(TestTensor.Floats("a.weight", [2, 2], 1, 2, 3, 4), new("a.num_batches_tracked", Count, 0, [], [])));

        Assert.Empty(WeightImport.Apply(file, target));

        Assert.Equal([1, 2, 3, 4], target.Copied["a.weight"]);
        Assert.Equal([9], target.Copied["a.num_batches_tracked"]);
    }

    [Fact]
    public void Apply_FileWithoutBatchCounters_LeavesThem()
    {
        var target = new TestTarget(("a.weight", [1]), ("a.num_batches_tracked", []));
        using var file = Open(TestCheckpoint.Legacy(TestTensor.Floats("a.weight", [1], 1)));

        Assert.Empty(WeightImport.Apply(file, target));

        Assert.Equal(["a.weight"], target.Copied.Keys);
    }

    [Fact]
    public void Apply_NetworkWithoutBatchCounters_LeavesThemOut()
    {
        var target = new TestTarget(("a.weight", [1]));
        using var file = Open(TestCheckpoint.Zip(TestTensor.Floats("a.weight", [1], 1), new("a.num_batches_tracked", Count, 0, [], [])));

        Assert.Equal(["num_batches_tracked left out"], WeightImport.Apply(file, target));
    }

    [Fact]
    public void Apply_BatchCountersInHalfPrecision_AreLeftOut()
    {
        var target = new TestTarget(("a.weight", [1]), ("a.num_batches_tracked", []));
        var half = new TestTensor("a.num_batches_tracked", new("h", "HalfStorage", [0, 0], 1), 0, [], []);
        using var file = Open(TestCheckpoint.Zip(TestTensor.Floats("a.weight", [1], 1), half));

        Assert.Equal(["num_batches_tracked left out"], WeightImport.Apply(file, target));

        Assert.Equal(["a.weight"], target.Copied.Keys);
    }

    [Fact]
    public void Apply_FileThatDoesNotFit_ListsEveryDifferenceAndCopiesNothing()
    {
        var target = new TestTarget(("good", [1]), ("shape", [2, 3]), ("gone", [4]), ("kind", [1]), ("also gone", []));
        using var file = Open(TestCheckpoint.Zip(
            TestTensor.Floats("good", [1], 1),
            TestTensor.Floats("shape", [3, 2], new float[6]),
            new("kind", Count, 0, [1], [1]),
            TestTensor.Floats("extra", [5], new float[5])));

        var exception = Assert.Throws<WeightException>(() => WeightImport.Apply(file, target));

        Assert.Equal(
            $"""
             {file.Path}: does not fit the network: 1 of another shape, 2 missing, 1 of another kind, 1 unexpected
               of another shape: shape expected [2,3], found [3,2]
               missing: gone expected [4]
               of another kind: kind expected floating-point numbers, found I64
               missing: also gone expected []
               unexpected: extra found [5]
             """,
            exception.Message);
        Assert.Empty(target.Copied);
    }

    [Fact]
    public void Apply_RulesThatDidNotSuffice_AreNamed()
    {
        var target = new TestTarget(("a.weight", [1]), ("b.weight", [1]));
        using var file = Open(TestCheckpoint.Zip(TestTensor.Floats("module.a.weight", [1], 1)));

        var exception = Assert.Throws<WeightException>(() => WeightImport.Apply(file, target));

        Assert.EndsWith("missing: b.weight expected [1]\nafter these rules: prefix 'module.' removed", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>One storage under two keys, as tied weights are saved.</summary>
    [Fact]
    public void Apply_SharedStorage_FillsBoth()
    {
        var shared = TestStorage.Floats("0", 1, 2);
        var target = new TestTarget(("a", [2]), ("b", [1]));
        using var file = Open(TestCheckpoint.Legacy(new("a", shared, 0, [2], [1]), new TestTensor("b", shared, 1, [1], [1])));

        WeightImport.Apply(file, target);

        Assert.Equal([1, 2], target.Copied["a"]);
        Assert.Equal([2], target.Copied["b"]);
    }
}
