using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Execution.Native;

namespace ResNetService.Inference.Tests.Execution.Native;

public sealed class WholeGraphTests : IDisposable
{
    private const int Size = 4;
    private const string Weights = "weights.bin";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory();

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Weights_InAnotherFile_AreThose()
    {
        using var session = Load(("location", Weights), ("offset", "8"), ("length", "12"));

        Assert.Equal([3, 4, 5], Run(session));
    }

    [Fact]
    public void Weights_WithoutALength_GoToTheEndOfTheirFile()
    {
        using var session = Load(("location", Weights), ("offset", "12"));

        Assert.Equal([4, 5, 6], Run(session));
    }

    [Fact]
    public void Weights_OfANode_AreThoseToo()
    {
        File.WriteAllBytes(PathOf(Weights), MemoryMarshal.AsBytes<float>([1, 2, 3, 4, 5, 6]));
        File.WriteAllBytes(PathOf("model.onnx"), TinyOnnx.ShiftedMeanColor(Size, inNode: true, [("location", Weights), ("offset", "4"), ("length", "12")]));

        using var session = Load();

        Assert.Equal([2, 3, 4], Run(session));
    }

    [Fact]
    public void Weights_WhosePlaceIsSaidTwice_AreAtTheLast()
    {
        using var session = Load(("location", "none.bin"), ("location", Weights), ("length", "12"));

        Assert.Equal([1, 2, 3], Run(session));
    }

    /// <summary>The graph is looked through in pieces of 1 MiB: the word that tells is at every place about the end of one.</summary>
    [Fact]
    public void Weights_InAnotherFile_AreFoundWhereverTheGraphNamesThem()
    {
        for (var padding = (1 << 20) - 200; padding < 1 << 20; padding += 7)
        {
            File.WriteAllBytes(PathOf(Weights), new byte[12]);
            File.WriteAllBytes(PathOf("model.onnx"), TinyOnnx.Padded(padding, TinyOnnx.ShiftedMeanColor(Size, ("location", Weights))));

            Assert.NotNull(WholeGraph.Read(PathOf("model.onnx")));
        }
    }

    [Fact]
    public void Graph_InOnePiece_IsLeftToOnnxRuntime()
    {
        File.WriteAllBytes(PathOf("model.onnx"), TinyOnnx.MeanColor(Size));

        Assert.Null(WholeGraph.Read(PathOf("model.onnx")));
    }

    /// <summary>A file that were mapped would end this process.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(24)]
    public void Weights_ThatAreCutShortOrWrittenOver_ChangeNothingOfWhatIsLoaded(int length)
    {
        using var session = Load(("location", Weights), ("length", "12"));

        using (var file = new FileStream(PathOf(Weights), FileMode.Open, FileAccess.Write))
        {
            file.SetLength(0);
            file.SetLength(length);
        }

        Assert.Equal([1, 2, 3], Run(session));
    }

    [Theory]
    [InlineData("../weights.bin", "0", "12", "not in the model's folder")]
    [InlineData("/etc/passwd", "0", "12", "not in the model's folder")]
    [InlineData("", "0", "12", "not in the model's folder")]
    [InlineData("none.bin", "0", "12", "none.bin")]
    [InlineData("none\0.bin", "0", "12", "character")]
    [InlineData(Weights, "16", "12", "12 bytes from 16 on")]
    [InlineData(Weights, "25", null, "-1 bytes from 25 on")]
    [InlineData(Weights, "-1", "12", "'-1' for offset")]
    [InlineData(Weights, "9223372036854775807", "12", "no number of bytes")]
    [InlineData(Weights, "0", "twelve", "'twelve' for length")]
    public void Weights_ThatAreNotThere_AreAFaultOfTheModel(string location, string offset, string? length, string expected)
    {
        (string, string)[] entries = [("location", location), ("offset", offset), .. length is null ? Array.Empty<(string, string)>() : [("length", length)]];

        var fault = Assert.Throws<ExecutionException>(() => Load(entries).Dispose());

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    private IExecutionSession Load(params (string Key, string Value)[] entries)
    {
        File.WriteAllBytes(PathOf(Weights), MemoryMarshal.AsBytes<float>([1, 2, 3, 4, 5, 6]));
        File.WriteAllBytes(PathOf("model.onnx"), TinyOnnx.ShiftedMeanColor(Size, entries));
        return Load();
    }

    private IExecutionSession Load() =>
        new OnnxRuntimeBackend(Microsoft.Extensions.Options.Options.Create(new ExecutionOptions()), NullLogger<OnnxRuntimeBackend>.Instance).Load(PathOf("model.onnx"));

    private string PathOf(string file) => Path.Combine(_root.FullName, file);

    /// <summary>Of a black image: what is added.</summary>
    private static float[] Run(IExecutionSession session)
    {
        var logits = new float[3];
        session.Run("image", new byte[Size * Size * 3], [1, Size, Size, 3], new OutputTensor("logits", [1, 3], logits));
        return logits;
    }
}
