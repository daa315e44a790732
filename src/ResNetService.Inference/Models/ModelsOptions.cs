using System.ComponentModel.DataAnnotations;

namespace ResNetService.Inference.Models;

/// <summary>Which models are served. Configuration section <c>Models</c>; all but the path may be changed while the service runs.</summary>
public sealed class ModelsOptions : IValidatableObject
{
    public const string Section = "Models";

    /// <summary>The model repository, a folder of <see href="models.md">name/version/</see>. It is looked for in the working directory and beside the program, and in the directories above them.</summary>
    /// <value>the nearest folder <c>models</c></value>
    public string? Path { get; set; }

    /// <summary>The model used when a request names none: <c>name</c>, which is its highest version, <c>name:version</c>, or an alias. It is never unloaded.</summary>
    /// <value><c>resnet20-cifar10</c>, which comes with the service, or the first by name that loads where that does not</value>
    public string? Default { get; set; }

    /// <summary>Which versions of a model are served: <c>latest</c>, the highest that loads; <c>latest:2</c>, the two highest; <c>1,3</c>, these; <c>all</c>.</summary>
    public string Versions { get; set; } = "latest";

    /// <summary>The same for one model, instead of <see cref="Versions"/>.</summary>
    /// <value>none</value>
    public Dictionary<string, string> VersionsOf { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Another name for a model, by which requests may call it: <c>name</c> or <c>name:version</c>.</summary>
    /// <value>none</value>
    public Dictionary<string, string> Aliases { get; set; } = new(StringComparer.Ordinal);

    /// <summary>How often the repository is looked at for models that are <see href="models.md#while-the-service-runs">new, changed or gone</see>; <c>00:00:00</c> for never.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00", ErrorMessage = Section + ":WatchInterval must be {1} to {2}.")]
    public TimeSpan WatchInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether models but the default are loaded when they are first asked for, and not before.</summary>
    public bool LoadOnRequest { get; set; }

    /// <summary>Bytes that loaded models may take, <see href="models.md#memory">as estimated</see>. What does not fit is loaded when it is asked for, in the place of what was asked for longest ago.</summary>
    /// <value>no limit</value>
    [Range(0, long.MaxValue)]
    public long MemoryBudget { get; set; }

    /// <summary>Whether an administrator may load and unload models by <c>POST /v2/repository/models/{model}/load</c> and <c>unload</c>.</summary>
    public bool Control { get; set; }

    internal VersionPolicy PolicyOf(string name) => VersionPolicy.Parse(VersionsOf.GetValueOrDefault(name, Versions))!;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (setting, value) in VersionsOf.Select(of => ($"{Section}:{nameof(VersionsOf)}:{of.Key}", of.Value)).Prepend(($"{Section}:{nameof(Versions)}", Versions)))
        {
            if (VersionPolicy.Parse(value) is null)
                yield return new($"{setting} is '{value}'; it must be latest, latest:N, all, or versions as 1,3.");
        }

        foreach (var (alias, target) in Aliases)
        {
            if (!ModelScan.IsName(alias))
                yield return new($"{Section}:{nameof(Aliases)} has '{alias}', which {ModelScan.NameRule}.");
            else if (Aliases.ContainsKey(target))
                yield return new($"{Section}:{nameof(Aliases)}:{alias} is '{target}', an alias itself; it must be a model, name or name:version.");
        }
    }
}
