namespace ResNetService.Modeling.Classification.Rows;

/// <summary>Rows for programs, on a stream that is the caller's.</summary>
internal sealed class RowResults : IResultWriter
{
    private readonly TextWriter _output;
    private readonly IRowFormat _format;

    /// <param name="isBegun">Whether there are rows already, which the new ones follow.</param>
    public RowResults(TextWriter output, IRowFormat format, bool isBegun = false)
    {
        (_output, _format) = (output, format);
        if (!isBegun && format.Header is { } header)
            Write(header);
    }

    public void Write(FileResult result) => Write(_format.Line(result));

    public void Dispose()
    {
    }

    /// <summary>In one piece, with the same line end on every system.</summary>
    private void Write(string line) => _output.Write(line + "\n");
}
