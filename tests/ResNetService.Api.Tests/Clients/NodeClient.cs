using System.Diagnostics;
using System.Text.Json;

namespace ResNetService.Api.Tests.Clients;

/// <summary>Runs a script of this folder with Node, against the packages of its lock file. Skips the test where there is no Node, or no registry to have them from.</summary>
internal static class NodeClient
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    private static readonly Lazy<Task<string?>> Obstacle = new(InstallAsync);

    private static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Clients");

    /// <summary>What the script prints.</summary>
    public static async Task<JsonElement> RunAsync(string script, params string[] arguments)
    {
        var obstacle = await Obstacle.Value;
        Assert.SkipWhen(obstacle is not null, obstacle ?? "");
        var (code, output, errors) = await StartAsync("node", [script, .. arguments]);
        Assert.True(code == 0, errors);
        return JsonDocument.Parse(output).RootElement;
    }

    /// <returns>Why there are no packages, or null.</returns>
    private static async Task<string?> InstallAsync()
    {
        try
        {
            var (code, _, errors) = await StartAsync(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
            return code == 0 ? null : $"needs the npm packages of tests/ResNetService.Api.Tests/Clients: {errors}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "needs Node.js (node and npm)";
        }
    }

    private static async Task<(int Code, string Output, string Errors)> StartAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var limit = new CancellationTokenSource(Longest);
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return (-1, "", $"{program} took more than {Longest.TotalMinutes} minutes");
        }
    }
}
