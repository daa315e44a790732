using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace ResNetService.Inference.Execution.Native;

/// <summary>
/// A run that is given its values. An <see cref="OrtIoBinding"/> would copy an input on the host to the device when it is bound: once, not
/// at every run, and with the CPU waiting.
/// </summary>
internal sealed class ValuesRun(InferenceSession session, RunOptions options, string inputName, NativeTensor input, string outputName, NativeTensor output) : IPreparedRun
{
    private readonly string[] _inputNames = [inputName];
    private readonly OrtValue[] _inputs = [input.Value];
    private readonly string[] _outputNames = [outputName];
    private readonly OrtValue[] _outputs = [output.Value];

    public void Run()
    {
        try
        {
            session.Run(options, _inputNames, _inputs, _outputNames, _outputs);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ExecutionException($"the run failed: {e.Message}", e);
        }
    }

    public void Dispose() => options.Dispose();
}

/// <summary>A run on values that are bound for good.</summary>
internal sealed class BoundRun : IPreparedRun
{
    /// <summary>kOrtRunOptionsConfigCudaGraphAnnotation: the graph that is captured or replayed; -1 for none.</summary>
    public const string GraphId = "gpu_graph_id";

    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly OrtIoBinding _binding;

    public BoundRun(InferenceSession session, string inputName, NativeTensor input, string outputName, NativeTensor output, int graphId)
    {
        _session = session;
        _options.AddRunConfigEntry(GraphId, graphId.ToString(CultureInfo.InvariantCulture));
        _binding = session.CreateIoBinding();
        _binding.BindInput(inputName, input.Value);
        _binding.BindOutput(outputName, output.Value);
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
