using System.CommandLine;
using ResNetService.Modeling.Commands;

namespace ResNetService.Benchmarks.Commands;

/// <summary>Options that several commands have.</summary>
internal static class BenchmarkOptions
{
    public const string ShippedModel = "resnet20-cifar10";

    public static Option<string> Models() => new("--models")
    {
        Description = "The model repository, <name>/<version>; by default the one of the checkout.",
        HelpName = "DIR",
        DefaultValueFactory = _ => Path.Combine(Checkout.Root, "models"),
    };

    public static Option<string> Model() => new("--model") { Description = "The model that is measured; by default the shipped one.", HelpName = "NAME", DefaultValueFactory = _ => ShippedModel };

    public static Option<string> Images() => new("--images")
    {
        Description = "A folder of photographs; by default the samples.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => Path.Combine(Checkout.Root, "samples"),
    };

    public static Option<string?> Service() => new("--service") { Description = "Where the service was published; by default it is published from the checkout.", HelpName = "DIR" };

    public static Option<string?> Output() => new("--output") { Description = "Write the report to this file as well.", HelpName = "FILE" };

    public static Option<string> Python() => new("--python") { Description = "The interpreter that has torch and torchvision.", HelpName = "PATH", DefaultValueFactory = _ => "/usr/bin/python3" };

    public static Option<int> Seconds(int seconds) => Positive("--seconds", "Length of one measurement.", seconds);

    public static Option<int> Rounds(int rounds) => Positive("--rounds", "How often everything is measured, in turn; medians are reported.", rounds);

    public static Option<int> Positive(string name, string description, int value) => new(name)
    {
        Description = $"{description} Default {value}.",
        HelpName = "N",
        CustomParser = Numbers.Positive,
        DefaultValueFactory = _ => value,
    };
}
