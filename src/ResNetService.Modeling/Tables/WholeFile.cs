namespace ResNetService.Modeling.Tables;

internal static class WholeFile
{
    /// <summary>Writes under another name and renames, so that the path never holds half a file.</summary>
    public static void Write(string path, string content)
    {
        var partial = path + ".part";
        File.WriteAllText(partial, content);
        File.Move(partial, path, overwrite: true);
    }

    /// <inheritdoc cref="Write(string, string)"/>
    public static void Write(string path, IEnumerable<string> lines) => Write(path, string.Concat(lines.Select(line => line + "\n")));
}
