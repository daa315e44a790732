namespace ResNetService.Inference.Models;

/// <summary>Which models are served. Configuration section <c>Models</c>.</summary>
public sealed class ModelsOptions
{
    public const string Section = "Models";

    /// <summary>The model repository, a folder of <see href="models.md">name/version/</see>. It is looked for in the working directory and beside the program, and in the directories above them.</summary>
    /// <value>the nearest folder <c>models</c></value>
    public string? Path { get; set; }

    /// <summary>The model used when a request names none: <c>name</c>, which is its highest version, or <c>name:version</c>.</summary>
    /// <value><c>resnet20-cifar10</c>, which comes with the service, or the first by name where that is not there</value>
    public string? Default { get; set; }
}
