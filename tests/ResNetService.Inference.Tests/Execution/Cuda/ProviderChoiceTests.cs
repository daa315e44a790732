using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Execution.Native;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Tests.Execution.Cuda;

/// <summary>What the backend asks of ONNX Runtime on machines with and without GPUs.</summary>
public sealed class ProviderChoiceTests
{
    private static readonly CudaDevice First = new(0, "Fake One", HasArenaOptions: true, null);
    private static readonly CudaDevice Second = new(1, "Fake Two", HasArenaOptions: true, null);

    private readonly FakeLogger _log = new();

    [Fact]
    public void Load_ProviderInTheBuild_AsksForCudaAloneAndNoFallback()
    {
        var runtime = new FakeOnnxRuntime { HasCuda = true };

        using var session = Load(runtime, new() { Provider = ProviderChoice.Cuda, DeviceId = 3 }, Precision.Fp16);

        Assert.Equal(("cuda", "GPU 3"), (session.Provider, session.Device));
        Assert.Empty(runtime.Libraries);
        var settings = Assert.Single(runtime.Opened);
        Assert.Equal(("1", "0"), (settings.Entries["session.disable_cpu_ep_fallback"], settings.Entries["session.intra_op.allow_spinning"]));
        Assert.Equal(1, settings.IntraOpThreads);
        Assert.Null(settings.Cuda!.Device);
        Assert.Equal(("3", "1"), (settings.Cuda.Options["device_id"], settings.Cuda.Options["prefer_nhwc"]));
    }

    [Fact]
    public void Load_Library_IsRegisteredByItsFullPathAndTheDeviceChosenByNumber()
    {
        // The build has a provider too: the library that was named is the one that is meant.
        var runtime = new FakeOnnxRuntime { HasCuda = true, DevicesOfTheLibrary = [Second, First] };

        using var session = Load(runtime, new() { CudaLibrary = "libcuda_plugin.so", DeviceId = 1 });

        Assert.Equal([Path.GetFullPath("libcuda_plugin.so")], runtime.Libraries);
        Assert.Equal("GPU 1 (Fake Two)", session.Device);
        Assert.Same(Second, Assert.Single(runtime.Opened).Cuda!.Device);
    }

    [Fact]
    public void Load_DeviceThatIsNotThere_IsAnErrorThatListsThoseThatAre()
    {
        var runtime = new FakeOnnxRuntime { DevicesOfTheLibrary = [First, Second] };

        var fault = Assert.Throws<ExecutionException>(() => Load(runtime, new() { Provider = ProviderChoice.Cuda, CudaLibrary = "plugin.so", DeviceId = 2 }));

        Assert.Contains("Execution:DeviceId is 2", fault.Message, StringComparison.Ordinal);
        Assert.Contains("GPU 0 (Fake One), GPU 1 (Fake Two)", fault.Message, StringComparison.Ordinal);
        Assert.Empty(runtime.Opened);
    }

    /// <summary>Each of the ways in which CUDA can be absent: what the error or the warning must say.</summary>
    public static TheoryData<string, string> Absences => new()
    {
        { "no provider", "Microsoft.ML.OnnxRuntime.Gpu" },
        { "library does not load", "libcudnn.so.9: cannot open" },
        { "library without GPU", "no NVIDIA GPU" },
        { "graphs without library", "name it in Execution:CudaLibrary" },
        { "library is missing", "install CUDA 13" },
        { "cuDNN is missing", "install cuDNN 9 for CUDA 13" },
        { "session does not open", "libcublasLt.so.13: cannot open" },
    };

    [Theory]
    [MemberData(nameof(Absences))]
    public void Load_CudaAskedForAndAbsent_IsAnErrorAndNothingRunsOnTheCpu(string absence, string said)
    {
        var (runtime, options) = Machine(absence);
        options.Provider = ProviderChoice.Cuda;

        var fault = Assert.Throws<ExecutionException>(() => Load(runtime, options));

        Assert.Contains("Execution:Provider is cuda", fault.Message, StringComparison.Ordinal);
        Assert.Contains(said, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(runtime.Opened, settings => settings.Cuda is null);
    }

    [Theory]
    [MemberData(nameof(Absences))]
    public void Load_AutoAndCudaAbsent_WarnsAndRunsOnTheCpu(string absence, string said)
    {
        var (runtime, options) = Machine(absence);

        using var session = Load(runtime, options);

        Assert.Equal("cpu", session.Provider);
        Assert.Null(runtime.Opened[^1].Cuda);
        var warning = Assert.Single(_log.Collector.GetSnapshot());
        Assert.Equal(LogLevel.Warning, warning.Level);
        Assert.Contains(said, warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Cpu_TouchesNoLibraryAndWarnsOfNothing()
    {
        var runtime = new FakeOnnxRuntime { HasCuda = true };

        using var session = Load(runtime, new() { Provider = ProviderChoice.Cpu, CudaLibrary = "plugin.so", IntraOpThreads = 3 });

        Assert.Empty(runtime.Libraries);
        var settings = Assert.Single(runtime.Opened);
        Assert.Null(settings.Cuda);
        Assert.Equal(3, settings.IntraOpThreads);
        Assert.DoesNotContain("session.disable_cpu_ep_fallback", settings.Entries);
        Assert.Equal(0, _log.Collector.Count);
    }

    [Fact]
    public void Load_SeveralGraphs_RegistersTheLibraryOnce()
    {
        var runtime = new FakeOnnxRuntime { DevicesOfTheLibrary = [First] };
        var backend = new OnnxRuntimeBackend(new() { CudaLibrary = "plugin.so" }, _log, runtime);

        backend.Load("a.onnx").Dispose();
        backend.Load("b.onnx").Dispose();

        Assert.Single(runtime.Libraries);
        Assert.Equal(2, runtime.Opened.Count);
    }

    [Fact]
    public void Options_GraphsOnTheCpu_AreRefused()
    {
        var faults = new List<ValidationResult>();
        var options = new ExecutionOptions { Provider = ProviderChoice.Cpu, CudaGraphs = true };

        Assert.False(Validator.TryValidateObject(options, new(options), faults, validateAllProperties: true));

        Assert.Contains("Execution:CudaGraphs", Assert.Single(faults).ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_NegativeMemoryLimit_IsRefused()
    {
        var options = new ExecutionOptions { CudaMemoryLimit = -1 };

        Assert.False(Validator.TryValidateObject(options, new(options), null, validateAllProperties: true));
    }

    private static (FakeOnnxRuntime Runtime, ExecutionOptions Options) Machine(string absence) => absence switch
    {
        "no provider" => (new(), new()),
        "library does not load" => (new() { LibraryFault = "libcudnn.so.9: cannot open" }, new() { CudaLibrary = "plugin.so" }),
        "graphs without library" => (new() { HasCuda = true }, new() { CudaGraphs = true }),
        "library is missing" => (new() { HasCuda = true, CudaFault = "no", Missing = "cublas" }, new()),
        "cuDNN is missing" => (new() { HasCuda = true, Missing = "cudnn" }, new()),
        "library without GPU" => (new(), new() { CudaLibrary = "plugin.so" }),
        _ => (new() { HasCuda = true, CudaFault = "libcublasLt.so.13: cannot open" }, new()),
    };

    private IExecutionSession Load(FakeOnnxRuntime runtime, ExecutionOptions options, Precision precision = Precision.Fp32) =>
        new OnnxRuntimeBackend(options, _log, runtime).Load("model.onnx", precision);
}
