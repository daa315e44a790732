namespace ResNetService.Modeling.Classification.Rows;

/// <summary>One JSON array, written element by element.</summary>
internal sealed class JsonArrayResults(TextWriter output) : IResultWriter
{
    private readonly JsonLines _rows = new();
    private bool _isBegun;

    public void Write(FileResult result)
    {
        output.Write((_isBegun ? "," : "[") + _rows.Line(result));
        _isBegun = true;
    }

    public void Dispose() => output.WriteLine(_isBegun ? "]" : "[]");
}
