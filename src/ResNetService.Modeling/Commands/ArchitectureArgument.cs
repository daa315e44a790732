using System.CommandLine;
using System.CommandLine.Parsing;
using ResNetService.Modeling.Architectures;

namespace ResNetService.Modeling.Commands;

internal static class ArchitectureArgument
{
    public static Argument<Architecture?> Create(bool isOptional = false) => new("ARCH")
    {
        Description = "A network of 'resnet list'.",
        CustomParser = Read,
        Arity = isOptional ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
    };

    /// <summary>Follows an image of that size through the network, without weights.</summary>
    /// <exception cref="CommandException">It is too small for the network.</exception>
    public static NetworkCost RequireSize(Architecture architecture, int side)
    {
        try
        {
            return architecture.Measure(new(3, side, side));
        }
        catch (InvalidOperationException e)
        {
            throw new CommandException($"{architecture.Name} cannot take images of {side}x{side} pixels: {e.Message}", e);
        }
    }

    private static Architecture? Read(ArgumentResult result)
    {
        try
        {
            return Architecture.Find(result.Tokens[0].Value);
        }
        catch (ArgumentException e)
        {
            result.AddError(e.Message);
            return null;
        }
    }
}
