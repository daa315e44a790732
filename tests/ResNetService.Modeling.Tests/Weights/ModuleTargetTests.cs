using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Weights;
using ResNetService.Modeling.Weights.Import;
using ResNetService.Modeling.Weights.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Weights;

public sealed class ModuleTargetTests : TemporaryFolder
{
    [Fact]
    public void Apply_NetworkThatWasSaved_IsTheSameNetwork()
    {
        using var scope = NewDisposeScope();
        using var saved = Build(seed: 1);
        using var loaded = Build(seed: 2);
        saved.train();
        saved.forward(randn(2, 3, 32, 32)).Dispose(); // moves the running statistics and counters
        Save(saved);

        using (var file = WeightFile.Open(PathOf("net.safetensors")))
            Assert.Empty(WeightImport.Apply(file, new ModuleTarget(loaded)));

        var expected = saved.state_dict();
        foreach (var (key, value) in loaded.state_dict())
            Assert.True(value.eq(expected[key]).all().ToBoolean(), key);
        Assert.Equal(1, loaded.state_dict()["bn1.num_batches_tracked"].ToInt64());
        Assert.True(loaded.parameters().All(parameter => parameter.requires_grad));
    }

    [Fact]
    public void Apply_NetworkOfOtherDepth_ListsWhatDiffersAndLeavesItAlone()
    {
        using var scope = NewDisposeScope();
        using var saved = Build(seed: 1);
        using var other = Architecture.Find("resnet32-cifar").Build();
        var before = other.state_dict()["conv1.weight"].clone();
        Save(saved);

        using var file = WeightFile.Open(PathOf("net.safetensors"));
        var exception = Assert.Throws<WeightException>(() => WeightImport.Apply(file, new ModuleTarget(other)));

        Assert.Contains("missing: layer1.3.conv1.weight expected [16,16,3,3]", exception.Message, StringComparison.Ordinal);
        Assert.True(other.state_dict()["conv1.weight"].eq(before).all().ToBoolean());
    }

    [Fact]
    public void Apply_NetworkInHalfPrecision_RoundsTheWeights()
    {
        using var scope = NewDisposeScope();
        using var saved = Build(seed: 1);
        using var half = Build(seed: 2);
        half.to(ScalarType.Float16);
        Save(saved);

        using (var file = WeightFile.Open(PathOf("net.safetensors")))
            WeightImport.Apply(file, new ModuleTarget(half));

        Assert.True(half.state_dict()["fc.weight"].eq(saved.state_dict()["fc.weight"].to(ScalarType.Float16)).all().ToBoolean());
    }

    [Fact]
    public void ToSafetensors_StridedTensor_IsRowMajor()
    {
        using var scope = NewDisposeScope();

        var exported = arange(6, ScalarType.Int32).view(2, 3).t().ToSafetensors("t");

        Assert.Equal([3, 2], exported.Shape);
        Assert.Equal(ElementType.I32, exported.Type);
        Assert.Equal([0, 3, 1, 4, 2, 5], System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(exported.Data.Span).ToArray());
    }

    private static Network Build(int seed)
    {
        manual_seed(seed);
        return Architecture.Find("resnet20-cifar").Build();
    }

    private void Save(Network network) =>
        SafetensorsWriter.Write(PathOf("net.safetensors"), network.state_dict().Select(entry => entry.Value.ToSafetensors(entry.Key)));
}
