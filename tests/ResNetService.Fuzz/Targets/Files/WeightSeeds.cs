using ResNetService.Modeling.Tests.Weights;

namespace ResNetService.Fuzz.Targets.Files;

internal static class WeightSeeds
{
    private static readonly TestStorage Storage = TestStorage.Floats("0", 1, 2, 3, 4, 5, 6);

    private static readonly TestTensor[] Tensors =
    [
        new("conv1.weight", Storage, 0, [2, 3], [1, 2]),
        new("conv1.bias", Storage, 1, [2], [1]),
        new("bn.weight", new("1", "HalfStorage", new byte[8], 4), 0, [4], [1]) { Rebuild = "_rebuild_parameter" },
        new("bn.num_batches_tracked", new("2", "LongStorage", new byte[8], 1), 0, [], []),
        new("old", new("3", "DoubleStorage", new byte[8], 1), 0, [1], [1]) { Rebuild = "_rebuild_tensor" },
    ];

    public static IReadOnlyList<byte[]> Zip { get; } = [TestCheckpoint.Zip(Tensors), TestCheckpoint.Zip(Tensors[0]), ZipBuilder.Build(TestCheckpoint.ZipEntries(new PickleBuilder().StateDict(Tensors[..2]).Stop(), Storage), zip64: true)];

    public static IReadOnlyList<byte[]> Legacy { get; } = [TestCheckpoint.Legacy(Tensors), TestCheckpoint.Legacy(Tensors[0])];

    public static IReadOnlyList<byte[]> Safetensors { get; } =
    [
        TestSafetensors.Build("""{"__metadata__":{"a":"b"},"conv1.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"n":{"dtype":"BF16","shape":[],"data_offsets":[24,26]}}""", new byte[26]),
        TestSafetensors.Build("""{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"BOOL","shape":[0],"data_offsets":[8,8]}}""", new byte[8]),
    ];

    public static IReadOnlyList<byte[]> Words { get; } = Targets.Words.Of(
        "PK\x01\x02", "PK\x03\x04", "PK\x05\x06", "PK\x06\x06", "PK\x06\x07", "data.pkl", "/data/0", "byteorder", "little", "big", "torch._utils\n_rebuild_tensor_v2\n", "ctorch\nFloatStorage\n", "ccollections\nOrderedDict\n", "cos\nsystem\n", "cposix\nsystem\n",
        "\x80\x02", "\x80\x05", "(", ")", "}", "]", "t", "R", "b", "u", "e", "s", "a", "0", "1", "2", "h\0", "q\0", "j\xFF\xFF\xFF\xFF", "r\xFF\xFF\xFF\x7F", "Q", ".", "K\x01", "M\xFF\xFF", "J\xFF\xFF\xFF\xFF", "\x8A\x08", "\x8B\xFF\xFF\xFF\x7F", "X\xFF\xFF\xFF\xFF", "N", "\x85", "\x86", "\x87", "\x88", "\x89", "I1\n", "L1L\n", "\x95\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F",
        "\"dtype\":", "\"F32\"", "\"F64\"", "\"BF16\"", "\"I64\"", "\"shape\":[", "\"data_offsets\":[", "\"__metadata__\":", "{", "}", "[", ",", ":", "\"", "null", "-1", "1e3", "\xFF", "\\ud800");
}
