using System.Runtime.InteropServices;
using ResNetService.Modeling.Onnx.Format;

namespace ResNetService.Modeling.Quantization;

/// <summary>How an operator works on quantized values.</summary>
internal enum Int8Form
{
    /// <summary>Not at all: it stays in float32.</summary>
    None,

    /// <summary>It computes: its output has a scale of its own.</summary>
    Arithmetic,

    /// <summary>It picks from its input, so its output has the input's scale.</summary>
    Movement,
}

/// <summary>What quantization asks of a float32 graph: who makes and who reads a value, and which nodes have an int8 form.</summary>
internal sealed class FloatGraph
{
    /// <summary>Of ONNX Runtime on the CPU, with Q and DQ around the operator.</summary>
    private static readonly Dictionary<string, Int8Form> Forms = new()
    {
        ["Conv"] = Int8Form.Arithmetic,
        ["Gemm"] = Int8Form.Arithmetic,
        ["Add"] = Int8Form.Arithmetic,
        ["AveragePool"] = Int8Form.Arithmetic,
        ["GlobalAveragePool"] = Int8Form.Arithmetic,
        ["Concat"] = Int8Form.Arithmetic,
        ["MaxPool"] = Int8Form.Movement,
        ["Flatten"] = Int8Form.Movement,
        ["Slice"] = Int8Form.Movement,
        ["Pad"] = Int8Form.Movement,
    };

    private static readonly HashSet<string> FloatOnly =
    [
        "BatchNormalization", "Cast", "Clip", "Div", "Identity", "MatMul", "Mul", "PRelu", "ReduceMean", "Relu", "Reshape", "Sigmoid", "Sub", "Tanh", "Transpose",
    ];

    private readonly Dictionary<string, NodeProto> _producers;
    private readonly ILookup<string, NodeProto> _consumers;
    private readonly Dictionary<string, TensorProto> _constants;
    private readonly HashSet<string> _outputs;

    /// <exception cref="QuantizationException">There are operators of which nothing is known; all are named.</exception>
    public FloatGraph(ModelProto model)
    {
        Model = Named(model);
        var nodes = Model.Graph.Node;
        if (nodes.Where(node => node.Domain is not ("" or "ai.onnx") || !(Forms.ContainsKey(node.OpType) || FloatOnly.Contains(node.OpType)))
            .Select(node => node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}").Distinct().ToArray() is { Length: > 0 } unknown)
        {
            throw new QuantizationException($"it is not known how to quantize around {string.Join(", ", unknown)}; known are {string.Join(", ", Forms.Keys.Concat(FloatOnly).Order(StringComparer.Ordinal))}");
        }

        _producers = nodes.SelectMany(node => node.Output.Select(output => (output, node))).ToDictionary(made => made.output, made => made.node);
        _consumers = nodes.SelectMany(node => node.Input.Distinct().Select(input => (input, node))).ToLookup(read => read.input, read => read.node);
        _constants = model.Graph.Initializer.ToDictionary(constant => constant.Name);
        _outputs = [.. model.Graph.Output.Select(output => output.Name)];
        Inputs = [.. model.Graph.Input.Select(input => input.Name).Where(input => !_constants.ContainsKey(input))];
    }

    public ModelProto Model { get; }

    /// <summary>In the order in which they are computed.</summary>
    public IReadOnlyList<NodeProto> Nodes => Model.Graph.Node;

    /// <summary>Those that are fed.</summary>
    public IReadOnlyList<string> Inputs { get; }

    public NodeProto? Producer(string value) => _producers.GetValueOrDefault(value);

    public IEnumerable<NodeProto> Consumers(string value) => _consumers[value];

    public bool IsConstant(string value) => _constants.ContainsKey(value);

    public bool IsOutput(string value) => _outputs.Contains(value);

    public TensorProto Constant(string name) => _constants[name];

    /// <summary>The values of a float32 constant, row-major.</summary>
    public float[] Floats(string name) => _constants[name] is { RawData.Length: > 0 } constant
        ? MemoryMarshal.Cast<byte, float>(constant.RawData.Span).ToArray()
        : [.. _constants[name].FloatData];

    /// <summary>The uint8 pixels that a value is cast from; null where it is anything else.</summary>
    public string? Pixels(string value) => Producer(value) is { OpType: "Cast" } cast && ArePixels(cast.Input[0]) ? cast.Input[0] : null;

    /// <summary>Whether the node only hands on pixels, before anything is computed.</summary>
    public bool HandsOnPixels(NodeProto node) => ArePixels(node.Output[0]) || Pixels(node.Output[0]) is not null;

    private bool ArePixels(string value) => Producer(value) is { } producer
        ? producer.OpType is "Transpose" or "Pad" && ArePixels(producer.Input[0])
        : Model.Graph.Input.Any(input => input.Name == value && input.Type.TensorType.ElemType == TensorProto.Types.DataType.Uint8);

    public static bool HasWeights(NodeProto node) => node.OpType is "Conv" or "Gemm";

    /// <summary>Inputs that are computed from the image.</summary>
    public IEnumerable<string> Activations(NodeProto node) => node.Input.Where(input => input.Length > 0 && !IsConstant(input)).Distinct();

    public Int8Form Form(NodeProto node)
    {
        var form = Forms.GetValueOrDefault(node.OpType);
        if (HasWeights(node))
            return IsLinear(node) ? form : Int8Form.None;
        // What is combined with a constant belongs to preprocessing, and has no int8 form.
        return form == Int8Form.Arithmetic && node.Input.Any(IsConstant) ? Int8Form.None : form;
    }

    /// <summary>Why a node that was not left in float32 by choice is in it.</summary>
    public static string WhyFloat(NodeProto node) => Forms.GetValueOrDefault(node.OpType) switch
    {
        Int8Form.None => $"{node.OpType} has no int8 form",
        Int8Form.Movement => $"{node.OpType} moves what is in float32 before and after it",
        _ => HasWeights(node) ? $"the {node.OpType}'s weights are no constants, or not as [outputs, inputs]" : $"{node.OpType} with a constant has no int8 form",
    };

    /// <summary>The Relu that becomes one with the node: it alone reads the node's output. Null where there is none.</summary>
    public NodeProto? FusedRelu(NodeProto node) =>
        Form(node) == Int8Form.Arithmetic && !IsOutput(node.Output[0]) && Consumers(node.Output[0]).ToArray() is [{ OpType: "Relu" } relu] ? relu : null;

    /// <summary>What a node gives to others: behind its Relu, where it has one.</summary>
    public string UnitOutput(NodeProto node) => (FusedRelu(node) ?? node).Output[0];

    /// <summary>A copy in which every node has a name of its own: that of its output, where it had none.</summary>
    private static ModelProto Named(ModelProto model)
    {
        var copy = model.Clone();
        var names = new HashSet<string>();
        foreach (var node in copy.Graph.Node.Where(node => node.Name.Length == 0 || !names.Add(node.Name)))
            node.Name = node.Output[0];
        return copy;
    }

    /// <summary>Whether the node computes x times constant weights with the output channel first, plus a constant bias.</summary>
    private bool IsLinear(NodeProto node) =>
        !IsConstant(node.Input[0]) && node.Input.Skip(1).All(IsConstant)
        && (node.OpType == "Conv" || (Attribute(node, "transB")?.I == 1 && Attribute(node, "transA")?.I is null or 0
            && Attribute(node, "alpha")?.F is null or 1 && Attribute(node, "beta")?.F is null or 1));

    private static AttributeProto? Attribute(NodeProto node, string name) => node.Attribute.FirstOrDefault(attribute => attribute.Name == name);
}
