namespace ResNetService.Fuzz.Campaigns;

/// <param name="Key">The same for the same fault, whatever input shows it.</param>
/// <param name="Detail">The exception, or what took too long or too much.</param>
internal sealed record Finding(string Key, string Detail)
{
    public static Finding Of(Exception exception) => new($"{exception.GetType().Name} {Place(exception)}", exception.ToString());

    /// <summary>The innermost method of the product.</summary>
    private static string Place(Exception exception)
    {
        var frames = (exception.StackTrace ?? "").Split('\n').Select(line => line.Trim()).Where(line => line.Contains("ResNetService.", StringComparison.Ordinal)).ToArray();
        var frame = frames.FirstOrDefault(line => !line.Contains("ResNetService.Fuzz.", StringComparison.Ordinal)) ?? frames.FirstOrDefault() ?? exception.Message;
        return frame.Split(" in ")[0];
    }
}
