using ResNetService.Modeling.Architectures;

namespace ResNetService.Modeling.Commands;

internal static class ArchitectureArgument
{
    /// <exception cref="CommandException">No network has that name.</exception>
    public static Architecture Find(string name)
    {
        try
        {
            return Architecture.Find(name);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(e.Message, e);
        }
    }

    /// <summary>Follows an image of that size through the network, without weights.</summary>
    /// <exception cref="CommandException">It is too small for the network.</exception>
    public static void RequireSize(Architecture architecture, int side)
    {
        try
        {
            architecture.Measure(new(3, side, side));
        }
        catch (InvalidOperationException e)
        {
            throw new CommandException($"{architecture.Name} cannot take images of {side}x{side} pixels: {e.Message}", e);
        }
    }
}
