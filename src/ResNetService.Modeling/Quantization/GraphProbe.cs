using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Onnx.Format;

namespace ResNetService.Modeling.Quantization;

/// <summary>A graph whose inner values can be read: all that are asked for, in one run.</summary>
/// <remarks>They are flattened and joined to one output, since a run gives one.</remarks>
internal sealed class GraphProbe : IDisposable
{
    private const string Joined = "probe.values";

    private readonly ModelManifest _manifest;
    private readonly IExecutionSession _session;
    private readonly Dictionary<string, Range> _ranges = [];
    private readonly float[] _values;

    /// <param name="model">Stays as it is.</param>
    /// <param name="manifest">How the graph is fed.</param>
    /// <param name="values">Names of float32 values whose first dimension is the batch.</param>
    /// <exception cref="ExecutionException">The graph cannot be loaded.</exception>
    public GraphProbe(ModelProto model, ModelManifest manifest, IReadOnlyList<string> values)
    {
        _manifest = manifest;
        var probed = model.Clone();
        var builder = new GraphBuilder(probed.Graph);
        var flat = values.ToDictionary(value => value, value => builder.Add("Flatten", $"probe.{value}", [value], GraphBuilder.Attribute("axis", 1)));
        builder.Add("Concat", Joined, [.. values.Select(value => flat[value])], GraphBuilder.Attribute("axis", 1));
        probed.Graph.Output.Clear();
        // Without a shape of their own: the runtime knows it.
        foreach (var output in flat.Values.Append(Joined))
            probed.Graph.Output.Add(new ValueInfoProto { Name = output });

        // As the service runs int8, so that what is measured is what it gives; to float32 it is the same.
        _session = OnnxFile.Load(ExecutionBackend.OnCpu(), probed, Precision.Int8);
        var lengths = _session.Signature.Outputs.ToDictionary(output => output.Name, output => (int)output.Shape[^1]);
        var start = 0;
        foreach (var value in values)
            _ranges[value] = start..(start += lengths[flat[value]]);
        _values = new float[start];
    }

    /// <summary>Of the last run, row-major.</summary>
    public ReadOnlySpan<float> this[string value] => _values.AsSpan(_ranges[value]);

    /// <param name="pixels">uint8 [size, size, 3], preprocessed.</param>
    /// <exception cref="ExecutionException">The run failed.</exception>
    public void Run(byte[] pixels)
    {
        var size = _manifest.Preprocessing.InputSize;
        GraphRun.Run(_session, _manifest, pixels, 1, size, size, Joined, _values);
    }

    public void Dispose() => _session.Dispose();
}
