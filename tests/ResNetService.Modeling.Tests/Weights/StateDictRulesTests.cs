using ResNetService.Modeling.Weights;
using ResNetService.Modeling.Weights.Import;

namespace ResNetService.Modeling.Tests.Weights;

public sealed class StateDictRulesTests : TemporaryFolder
{
    private static readonly string[] Plain = ["conv1.weight", "bn1.weight", "fc.weight", "fc.bias"];

    private static TestTarget Network => new([.. Plain.Select(key => (key, Shape(key)))]);

    [Fact]
    public void Apply_PlainKeys_AppliesNoRule() => Assert.Empty(Import(Plain));

    [Fact]
    public void Apply_PlainKeysAndMore_AppliesNoRuleAndReportsTheRest()
    {
        var exception = Assert.Throws<WeightException>(() => Import([.. Plain, "module.x.weight", "linear.weight"]));

        Assert.Contains("does not fit the network: 2 unexpected\n  unexpected: module.x.weight found [1,1]\n  unexpected: linear.weight found [1,1]", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("rules", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("state_dict")]
    [InlineData("state_dict_ema")]
    [InlineData("model_ema")]
    [InlineData("model_state_dict")]
    [InlineData("model")]
    [InlineData("net")]
    public void Apply_Wrapper_IsTakenOff(string wrapper) =>
        Assert.Equal([$"state dict taken from '{wrapper}'"], Import([.. Plain.Select(key => $"{wrapper}/{key}"), "optimizer/state/0/momentum_buffer.weight"]));

    [Fact]
    public void Apply_AverageAndWeights_TakesTheAverage()
    {
        string[] keys = [.. Plain.Select(key => "model/" + key), "model_ema/n_averaged", .. Plain.Select(key => "model_ema/module." + key)];

        Assert.Equal(["state dict taken from 'model_ema'", "prefix 'module.' removed", "n_averaged left out"], Import(keys));
    }

    [Fact]
    public void Apply_WrapperWithoutWeights_IsPassedOver() =>
        Assert.Equal(["state dict taken from 'model'"], Import(["state_dict/decay", .. Plain.Select(key => "model/" + key)]));

    [Theory]
    [InlineData("module.")]
    [InlineData("_orig_mod.")]
    [InlineData("model.")]
    [InlineData("net.")]
    [InlineData("backbone.")]
    public void Apply_Prefix_IsRemoved(string prefix) =>
        Assert.Equal([$"prefix '{prefix}' removed"], Import(Plain.Select(key => prefix + key)));

    [Fact]
    public void Apply_PrefixesInEitherOrder_AreRemoved()
    {
        Assert.Equal(2, Import(Plain.Select(key => "module._orig_mod." + key)).Count);
        Assert.Equal(2, Import(Plain.Select(key => "_orig_mod.module." + key)).Count);
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("classifier")]
    [InlineData("head")]
    [InlineData("head.fc")]
    [InlineData("last_linear")]
    public void Apply_RenamedHead_BecomesTheNetworks(string head) =>
        Assert.Equal([$"last layer '{head}' renamed to 'fc'"], Import(Plain.Select(key => key.Replace("fc.", head + ".", StringComparison.Ordinal))));

    /// <summary>A name that means something in the network itself is not taken for a foreign one.</summary>
    [Theory]
    [InlineData("classifier.weight")]
    [InlineData("backbone.weight")]
    public void Apply_NameThatTheNetworkHas_IsLeftAlone(string key)
    {
        var target = new TestTarget(("fc.weight", [1, 1]), (key, [1, 1]));

        var exception = Assert.Throws<WeightException>(() => Import([key], target));

        Assert.EndsWith("does not fit the network: 1 missing\n  missing: fc.weight expected [1,1]", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_NetworkWithoutThatHead_RenamesNothing()
    {
        var target = new TestTarget(("features.weight", [1, 1]));

        var exception = Assert.Throws<WeightException>(() => Import(["linear.weight"], target));

        Assert.Contains("unexpected: linear.weight found [1,1]", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_AuxiliaryHeads_AreLeftOutWhereTheNetworkHasNone()
    {
        string[] keys = [.. Plain, "aux1.fc2.weight", "aux2.conv.bn.weight"];

        Assert.Equal(["auxiliary heads left out"], Import(keys));
        Assert.Empty(Import(keys, new TestTarget([.. keys.Select(key => (key, Shape(key)))])));
    }

    [Fact]
    public void Apply_WrapperPrefixAndHead_AllApplyInOrder()
    {
        var keys = Plain.Select(key => "state_dict/module." + key.Replace("fc.", "linear.", StringComparison.Ordinal));

        Assert.Equal(["state dict taken from 'state_dict'", "prefix 'module.' removed", "last layer 'linear' renamed to 'fc'"], Import(keys));
    }

    [Fact]
    public void Apply_PrefixWhoseRemovalCollides_IsLeftAlone()
    {
        var exception = Assert.Throws<WeightException>(() => Import(["module.conv1.weight", "conv1.weight"]));

        Assert.Contains("3 missing, 1 unexpected", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_EndlessPrefixes_Ends()
    {
        var prefix = string.Concat(Enumerable.Repeat("module.", 100));

        Assert.Throws<WeightException>(() => Import(Plain.Select(key => prefix + key)));
    }

    private static long[] Shape(string key) => key.EndsWith(".weight", StringComparison.Ordinal) ? [1, 1] : [1];

    private IReadOnlyList<string> Import(IEnumerable<string> keys, TestTarget? target = null)
    {
        target ??= Network;
        using var file = Open(Checkpoint([.. keys]));
        var rules = WeightImport.Apply(file, target);
        Assert.Equal(target.Tensors.Select(tensor => tensor.Key), target.Copied.Keys);
        return rules;
    }

    /// <summary>A pickle whose dictionaries are nested as the slashes of the keys say.</summary>
    private static byte[] Checkpoint(string[] keys)
    {
        var tensors = keys.Select((key, i) => TestTensor.Floats(i.ToString(null as IFormatProvider), Shape(key), i)).ToArray();
        var pickle = new PickleBuilder();
        Nest([.. keys.Select((key, i) => (key, tensors[i]))]);
        return TestCheckpoint.Zip(pickle.Stop(), [.. tensors.Select(tensor => tensor.Storage)]);

        void Nest((string Key, TestTensor Tensor)[] level)
        {
            pickle.Op("}", "(");
            foreach (var group in level.GroupBy(item => item.Key.Contains('/', StringComparison.Ordinal) ? item.Key[..(item.Key.IndexOf('/', StringComparison.Ordinal) + 1)] : item.Key))
            {
                pickle.Text(group.Key.TrimEnd('/'));
                if (group.Key.EndsWith('/'))
                    Nest([.. group.Select(item => (item.Key[group.Key.Length..], item.Tensor))]);
                else
                    pickle.Tensor(group.Single().Tensor);
            }

            pickle.Op("u");
        }
    }
}
