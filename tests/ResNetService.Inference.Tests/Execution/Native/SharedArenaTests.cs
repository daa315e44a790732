using ResNetService.Inference.Execution;

namespace ResNetService.Inference.Tests.Execution.Native;

/// <summary>Alone in the process, whose memory is measured.</summary>
[Collection(nameof(NativeHeapTests))]
public sealed class SharedArenaTests : IDisposable
{
    private const int Sessions = 6;
    private const int Side = 2048;

    /// <summary>Of the image as float32, which the graph makes of it.</summary>
    private const long BytesOfRun = 3L * Side * Side * sizeof(float);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory();

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Sessions_OneAfterTheOther_RunInTheSameMemory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        var path = Path.Combine(_root.FullName, "model.onnx");
        File.WriteAllBytes(path, TinyOnnx.MeanColor(Side));
        var image = new byte[3 * Side * Side];
        var sessions = new List<IExecutionSession>();
        var resident = new List<long>();
        for (var i = 0; i < Sessions; i++)
        {
            sessions.Add(ExecutionBackend.OnCpu().Load(path));
            sessions[^1].Run("image", image, [1, Side, Side, 3], new OutputTensor("logits", [1, 3], new float[3]));
            resident.Add(ProcessMemory.Resident(Environment.ProcessId));
        }

        sessions.ForEach(session => session.Dispose());

        Assert.InRange(resident[^1] - resident[0], long.MinValue, BytesOfRun * 2);
    }
}
