namespace ResNetService.Modeling.Tests.Weights;

public sealed class UnpicklerTests : TemporaryFolder
{
    private static readonly TestTensor Tensor = TestTensor.Floats("a", [2], 1, 2);

    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("torch", "load")]
    [InlineData("torchvision.models.resnet", "ResNet")]
    public void Open_GlobalOutsideOfTheList_IsRefusedByName(string module, string name)
    {
        var pickle = new PickleBuilder().Global(module, name).Op("(").Text("touch " + PathOf("ran")).Op("t", "R").Stop();

        foreach (var content in new[] { TestCheckpoint.Zip(pickle), TestCheckpoint.Legacy(pickle) })
            Assert.Contains($"names {module}.{name}, which is not on the list of what weights are made of", OpenFails(content), StringComparison.Ordinal);
        Assert.False(File.Exists(PathOf("ran")));
    }

    [Fact]
    public void Open_StackGlobalOutsideOfTheList_IsRefusedByName()
    {
        var pickle = new PickleBuilder(protocol: 4).Text("os").Text("system").Op("\u0093", ")", "R").Stop();

        Assert.Contains("names os.system", OpenFails(TestCheckpoint.Zip(pickle)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("i", "0x69")]       // INST
    [InlineData("o", "0x6f")]       // OBJ
    [InlineData("P", "0x50")]       // PERSID
    [InlineData("\u0082", "0x82")]  // EXT1
    [InlineData("\u0092", "0x92")]  // NEWOBJ_EX
    [InlineData("\0", "0x00")]
    public void Open_OpcodeOutsideOfTheList_IsRefused(string opcode, string expected) =>
        Assert.Contains($"has the opcode {expected}, which no checkpoint needs", OpenFails(TestCheckpoint.Zip(new PickleBuilder().Op(opcode).Stop())), StringComparison.Ordinal);

    [Theory]
    [InlineData("t", "closes a container that it has not opened")]
    [InlineData("(Nt(R", "takes a value that is not there")]
    [InlineData("](a", "takes a value that is not there")]
    [InlineData("](\u0085", "takes a value that is not there")]
    [InlineData("N)R", "calls a value of type None")]
    [InlineData("ctorch\nFloatStorage\n)R", "calls a value of type torch.FloatStorage")]
    [InlineData("ctorch\nSize\n)R", "calls torch.Size with other arguments than PyTorch does")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v2\n)R", "calls torch._utils._rebuild_tensor_v2 with other arguments")]
    [InlineData("ccollections\nOrderedDict\n(NtR", "calls collections.OrderedDict with other arguments")]
    [InlineData("NNa", "appends to a value of type None")]
    [InlineData("NNNs", "sets an item of a value of type None")]
    [InlineData("}(Nu", "sets a key without a value")]
    [InlineData("NNb", "gives the state None to a value of type None")]
    [InlineData("h\u0005", "recalls value 5, which it has not stored")]
    [InlineData("q\u0005", "takes a value that is not there")]
    [InlineData("NQ", "names something other than a storage")]
    [InlineData("NN\u0093", "names a global by something else than text")]
    [InlineData("X\u00FF\u00FF\u00FF\u00FF", "states a text of 4294967295 bytes")]
    [InlineData("X\u00FF\u00FF\u000F\u0000", "is truncated: 1048575 more bytes are needed")]
    [InlineData("]", "holds a list; wanted is a dictionary of tensors")]
    public void Open_MalformedPickle_IsRefused(string opcodes, string expected) =>
        Assert.Contains(expected, OpenFails(TestCheckpoint.Zip(new PickleBuilder().Op(opcodes).Stop())), StringComparison.Ordinal);

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void Open_OtherProtocol_IsRefused(byte protocol) =>
        Assert.Contains("does not start as a pickle of protocol 2 to 5", OpenFails(TestCheckpoint.Zip(new PickleBuilder(protocol).Op("}").Stop())), StringComparison.Ordinal);

    [Theory]
    [InlineData("(", 101, "is nested more than 100 deep")]
    [InlineData("N", 1_000_001, "has more than 1000000 values")]
    [InlineData("N0", 1, "opcode 0x30")]
    public void Open_PickleBeyondItsLimits_IsRefused(string opcodes, int times, string expected)
    {
        var pickle = new PickleBuilder().Op(string.Concat(Enumerable.Repeat(opcodes, times))).Stop();

        Assert.Contains(expected, OpenFails(TestCheckpoint.Zip(pickle)), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_LargePickle_IsRefused()
    {
        var pickle = new PickleBuilder();
        for (var i = 0; i < 33; i++)
            pickle.Text(new string('x', 1 << 20));

        Assert.Contains("is larger than 33554432 bytes", OpenFails(TestCheckpoint.Zip(pickle.Stop())), StringComparison.Ordinal);
    }

    /// <summary>Each call copies the pairs of one list: a small file that would ask for a lot of memory.</summary>
    [Fact]
    public void Open_ManyDictionariesOfOneList_AreRefused()
    {
        var pickle = new PickleBuilder().Global("collections", "OrderedDict").Op("q\u0001", "]", "q\u0002", "(");
        for (var i = 0; i < 1000; i++)
            pickle.Op("](NNe");
        pickle.Op("e");
        for (var i = 0; i < 1000; i++)
            pickle.Op("h\u0001", "h\u0002", "\u0085", "R");

        Assert.Contains("has more than 1000000 values", OpenFails(TestCheckpoint.Zip(pickle.Stop())), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_LongName_IsRefused() =>
        Assert.Contains("a name of more than 256 bytes", OpenFails(TestCheckpoint.Zip(new PickleBuilder().Global(new string('a', 300), "b").Stop())), StringComparison.Ordinal);

    [Fact]
    public void Open_DictionaryInItself_IsRefused()
    {
        var pickle = new PickleBuilder().Op("}", "q\u0001").Text("self").Op("h\u0001", "s").Stop();

        Assert.Contains("more than 10 deep, or into one another", OpenFails(TestCheckpoint.Zip(pickle)), StringComparison.Ordinal);
    }

    /// <summary>Nine levels of a hundred references to the level below: a billion billion paths in two thousand opcodes.</summary>
    [Fact]
    public void Open_DictionariesThatShareDictionaries_AreRefusedInTime()
    {
        var pickle = new PickleBuilder().Op("}", "q\u0000");
        for (var level = 1; level < 9; level++)
        {
            pickle.Op("}", "(");
            for (var i = 0; i < 100; i++)
                pickle.Int(i).Op("h", ((char)(level - 1)).ToString());
            pickle.Op("u", "q", ((char)level).ToString());
        }

        Assert.Contains("into one another", OpenFails(TestCheckpoint.Zip(pickle.Stop())), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_LongKeys_AreRefused()
    {
        var key = new string('k', 600);
        var pickle = new PickleBuilder().Op("}").Text(key).Op("}").Text(key).Tensor(Tensor).Op("s", "s").Stop();

        Assert.Contains("a key of more than 1000 characters", OpenFails(TestCheckpoint.Zip(pickle, Tensor.Storage)), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_KeyThatIsNoText_IsRefused()
    {
        var pickle = new PickleBuilder().Op("}", ")").Tensor(Tensor).Op("s").Stop();

        Assert.Contains("has a tuple as the key", OpenFails(TestCheckpoint.Zip(pickle, Tensor.Storage)), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OneNameTwice_IsRefused()
    {
        var pickle = new PickleBuilder().StateDict([Tensor, Tensor]).Stop();

        Assert.Contains("two tensors of the name a", OpenFails(TestCheckpoint.Zip(pickle, Tensor.Storage)), StringComparison.Ordinal);
    }

    /// <summary>What training scripts keep beside the weights is read over.</summary>
    [Fact]
    public void Open_CheckpointOfATrainingScript_FindsItsTensors()
    {
        var pickle = new PickleBuilder().Op("}", "(")
            .Text("epoch").Int(90)
            .Text("best").Float(76.5)
            .Text("rng").Raw(0x8A, 16).Raw(new byte[15]).Raw(1)
            .Text("done").Op("\u0089")
            .Text("none").Op("N")
            .Text("args").Global("argparse", "Namespace").Op(")", "\u0081", "}", "(").Text("lr").Float(0.1).Op("u", "b")
            .Text("milestones").Global("collections", "Counter").Op("}", "(").Int(30).Int(1).Op("u", "\u0085", "R")
            .Text("acc").Global("numpy.core.multiarray", "scalar").Global("numpy", "dtype").Text("f8").Op("\u0085", "R", "(NNNt", "b").Op("C\u0008").Raw(new byte[8]).Op("\u0086", "R")
            .Text("seen").Op("\u008F", "(").Int(1).Op("\u0090")
            .Text("losses").Op("]", "(").Float(1).Float(2).Op("e").Float(3).Op("a")
            .Text("optimizer").Op("}", "(").Text("state").Op("}").Int(0).Op("}").Text("momentum_buffer").Tensor(Tensor).Op("s", "s").Op("u")
            .Text("state_dict").StateDict([Tensor]).Op("}").Text("_metadata").OrderedDict().Op("s", "b")
            .Op("u").Stop();

        using var file = Open(TestCheckpoint.Zip(pickle, Tensor.Storage));

        Assert.Equal(["optimizer/state/0/momentum_buffer", "state_dict/a"], file.Entries.Select(entry => entry.Name));
    }

    /// <summary>Protocol 2 from Python 2: byte strings, and an ordered dictionary that is made from a list of pairs.</summary>
    [Fact]
    public void Open_PickleOfPython2_FindsItsTensors()
    {
        var pickle = new PickleBuilder().Global("collections", "OrderedDict").Op("]", "(")
            .Op("]", "(", "U\u0005", "first").Tensor(Tensor).Op("e")
            .Op("]", "(", "T\u0006\0\0\0", "second").Tensor(Tensor).Op("e")
            .Op("e", "\u0085", "R").Stop();

        using var file = Open(TestCheckpoint.Zip(pickle, Tensor.Storage));

        Assert.Equal(["first", "second"], file.Entries.Select(entry => entry.Name));
    }

    [Fact]
    public void Open_PickleOfProtocol4_FindsItsTensors()
    {
        var name = "\u008C\u0001a";
        var pickle = new PickleBuilder(protocol: 4).Op("\u0095").Raw(new byte[8]).Op("}", "\u0094", name, "\u0094").Tensor(Tensor).Op("\u0094", "s", "h\u0001").Op("\u008C\u0001b", "h\u0002", "\u0086");
        var dictionary = pickle.Op("\u0094").Op("h\u0000").Stop();

        using var file = Open(TestCheckpoint.Zip(dictionary, Tensor.Storage));

        Assert.Equal("a", Assert.Single(file.Entries).Name);
    }

    /// <summary>A parameter as PyTorch before 0.4 pickled it: a call, then its state.</summary>
    [Fact]
    public void Open_OldParameter_IsItsTensor()
    {
        var pickle = new PickleBuilder().Op("}").Text("a")
            .Global("torch.nn.parameter", "Parameter").Tensor(Tensor with { Rebuild = "_rebuild_tensor" }).Op("\u0085", "R")
            .Op("(", "\u0088", "\u0089").OrderedDict().Op("t", "b").Op("s").Stop();

        using var file = Open(TestCheckpoint.Zip(pickle, Tensor.Storage));

        Assert.Equal([1f, 2f], file.ReadFloats(file.Entries[0]));
    }

    [Fact]
    public void Open_LongText_IsReadWhole()
    {
        var text = new string('x', 100_000);
        var pickle = new PickleBuilder().Op("}", "(").Text("log").Text(text).Text("a").Tensor(Tensor).Op("u").Stop();

        using var file = Open(TestCheckpoint.Legacy(pickle, Tensor.Storage));

        Assert.Equal([1f, 2f], file.ReadFloats(Assert.Single(file.Entries)));
    }
}
