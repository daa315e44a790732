using ResNetService.ModelFormat.Json;

namespace ResNetService.ModelFormat.Reading;

internal static class GraphReader
{
    public static GraphSpec? Read(JsonValue? graph)
    {
        if (graph?.Fields("input", "inputType", "layout", "logits", "features") is not { } fields)
            return null;

        var input = fields.Required("input", "the name of the graph's input")?.Text();
        var inputType = fields.Required("inputType", "\"uint8\" (the graph normalises) or \"float32\" (the service does)")?.Word<InputType>();
        var layoutField = fields.Required("layout", "\"nhwc\" or \"nchw\"");
        var layout = layoutField?.Word<TensorLayout>();
        var logits = fields.Required("logits", "the name of the output before softmax")?.Text();
        var featuresField = fields.Optional("features");
        var features = featuresField?.Text();

        // Decoded pixels are interleaved and go into the graph as they are: a planar uint8 input would need a pass of its own.
        if (inputType == InputType.UInt8 && layout == TensorLayout.Nchw)
            layoutField?.Fault("contradicts inputType \"uint8\", whose pixels are interleaved: write \"nhwc\", or \"float32\" as inputType");
        if (features is not null && features == logits)
            featuresField?.Fault("names the same output as logits; leave it out where the graph has no feature output");

        if (input is null || inputType is null || layout is null || logits is null)
            return null;
        return new GraphSpec { Input = input, InputType = inputType.Value, Layout = layout.Value, Logits = logits, Features = features };
    }
}
