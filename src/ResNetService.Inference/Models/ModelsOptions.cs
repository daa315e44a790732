namespace ResNetService.Inference.Models;

/// <summary>Which models are served. Configuration section <c>Models</c>.</summary>
public sealed class ModelsOptions
{
    public const string Section = "Models";

    /// <summary>
    /// The folder of models, <c>&lt;name&gt;/&lt;version&gt;/</c>. Null (default) for the folder <c>models</c> in the program's working
    /// directory, beside the program, or in the nearest directory above either.
    /// </summary>
    public string? Path { get; set; }

    /// <summary>
    /// The model used when a request names none: <c>name</c> or <c>name:version</c>. Null (default) for <c>resnet20-cifar10</c>, the one
    /// that comes with the service, or the first by name where that is not there.
    /// </summary>
    public string? Default { get; set; }
}
