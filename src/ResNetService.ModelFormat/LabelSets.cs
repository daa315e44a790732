namespace ResNetService.ModelFormat;

/// <summary>The class lists that networks are commonly trained on.</summary>
public static class LabelSets
{
    private static readonly Lazy<IReadOnlyList<Label>> LazyImageNet = new(ReadImageNet);

    /// <summary>ILSVRC-2012's 1000 classes in index order, with WordNet ids.</summary>
    public static IReadOnlyList<Label> ImageNet => LazyImageNet.Value;

    /// <summary>CIFAR-10's classes in index order.</summary>
    public static IReadOnlyList<Label> Cifar10 { get; } =
    [
        new("airplane"), new("automobile"), new("bird"), new("cat"), new("deer"),
        new("dog"), new("frog"), new("horse"), new("ship"), new("truck"),
    ];

    /// <summary>The list of that name, <c>imagenet</c> or <c>cifar10</c>; null where there is none.</summary>
    public static IReadOnlyList<Label>? Find(string name) => name switch
    {
        "imagenet" => ImageNet,
        "cifar10" => Cifar10,
        _ => null,
    };

    private static Label[] ReadImageNet()
    {
        using var stream = typeof(LabelSets).Assembly.GetManifestResourceStream("imagenet.tsv")!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t'))
            .Select(fields => new Label(fields[1], fields[0]))];
    }
}
