using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace ResNetService.Inference.Execution.Native;

/// <summary>
/// A run that is given its values, in page-locked memory that is described as the CPU's. So the copies are the run's own, and since the
/// memory is page-locked, the GPU makes them while the CPU goes on. An <see cref="OrtIoBinding"/> would copy an input of the host when it is
/// bound: once, not at every run. Described as page-locked, an input would be read by kernels over the bus, and an output be copied
/// onto itself, which ONNX Runtime 1.31 refuses.
/// </summary>
internal sealed class ValuesRun : IPreparedRun
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options;
    private readonly string[] _inputNames;
    private readonly OrtValue[] _inputs;
    private readonly string[] _outputNames;
    private readonly OrtValue[] _outputs;

    /// <param name="options">Owned.</param>
    public ValuesRun(InferenceSession session, RunOptions options, NamedTensor input, IReadOnlyList<NamedTensor> outputs)
    {
        (_session, _options) = (session, options);
        (_inputNames, _inputs) = ([input.Name], [((NativeTensor)input.Tensor).AsCpuMemory()]);
        (_outputNames, _outputs) = ([.. outputs.Select(output => output.Name)], [.. outputs.Select(output => ((NativeTensor)output.Tensor).AsCpuMemory())]);
    }

    public void Run()
    {
        try
        {
            _session.Run(_options, _inputNames, _inputs, _outputNames, _outputs);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ExecutionException($"the run failed: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        foreach (var value in _outputs.Concat(_inputs))
            value.Dispose();
        _options.Dispose();
    }
}

/// <summary>A run on values that are bound for good.</summary>
internal sealed class BoundRun : IPreparedRun
{
    /// <summary>kOrtRunOptionsConfigCudaGraphAnnotation: the graph that is captured or replayed; -1 for none.</summary>
    public const string GraphId = "gpu_graph_id";

    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly OrtIoBinding _binding;

    public BoundRun(InferenceSession session, NamedTensor input, IReadOnlyList<NamedTensor> outputs, int graphId)
    {
        _session = session;
        _options.AddRunConfigEntry(GraphId, graphId.ToString(CultureInfo.InvariantCulture));
        _binding = session.CreateIoBinding();
        _binding.BindInput(input.Name, ((NativeTensor)input.Tensor).Value);
        foreach (var output in outputs)
            _binding.BindOutput(output.Name, ((NativeTensor)output.Tensor).Value);
    }

    public void Run()
    {
        try
        {
            _session.RunWithBinding(_options, _binding);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ExecutionException($"the run failed: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        _binding.Dispose();
        _options.Dispose();
    }
}
