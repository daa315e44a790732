namespace ResNetService.Modeling.Weights;

/// <summary>
/// A weight file cannot be read, or does not fit the network. The message names the file, what is wrong and, where there is
/// one, the remedy; it is meant for the user as it stands.
/// </summary>
internal sealed class WeightException(string path, string problem, Exception? innerException = null)
    : Exception($"{path}: {problem}", innerException)
{
    public string Path { get; } = path;
}
