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
}
