namespace ResNetService.Modeling.Classification.Rows;

/// <summary>Results as rows of text that can be read back.</summary>
internal interface IRowFormat
{
    /// <summary>The line before the first row; null where there is none.</summary>
    string? Header { get; }

    /// <summary>Without its end.</summary>
    string Line(FileResult result);

    /// <summary>The rows of a file, one by one. A last one that was not written to its end is left out.</summary>
    /// <exception cref="FormatException">The file has something else.</exception>
    IEnumerable<FileResult> Read(TextReader rows);
}
