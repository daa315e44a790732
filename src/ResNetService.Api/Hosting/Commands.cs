using ResNetService.Api.Health;
using ResNetService.Api.Security.Keys;

namespace ResNetService.Api.Hosting;

/// <summary>What the program does beside serving, by its first argument.</summary>
internal static class Commands
{
    /// <returns>The exit code; null where no command is named, and it serves.</returns>
    public static async Task<int?> RunAsync(string[] args) => args switch
    {
        [HealthCheckCommand.Name, .. var rest] => await HealthCheckCommand.RunAsync(rest),
        [ApiKeyCommand.Name, .. var rest] => ApiKeyCommand.Run(rest, Console.In, Console.Out, Console.Error),
        _ => null,
    };
}
