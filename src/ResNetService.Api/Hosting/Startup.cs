using System.Net.Sockets;
using Microsoft.Extensions.Options;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Hosting;

/// <summary>Turns what keeps the service from starting into text for the operator and an exit code for the supervisor.</summary>
internal static class Startup
{
    /// <returns>The exit code: 0 after an ordered end, 1 where the service could not start.</returns>
    public static async Task<int> GuardAsync(Func<WebApplication> build)
    {
        try
        {
            await using var app = build();
            // Before anything reads an option, so that the faults of all sections are reported together.
            app.Services.GetService<IStartupValidator>()?.Validate();
            var lifetime = app.Lifetime;
            try
            {
                await app.RunAsync();
            }
            catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested && !lifetime.ApplicationStarted.IsCancellationRequested)
            {
                // Told to end before its models were loaded.
            }

            return 0;
        }
        catch (Exception e) when (Describe(e) is { } faults)
        {
            await Console.Error.WriteLineAsync($"The service cannot start:{string.Concat(faults.Select(fault => $"{Environment.NewLine}  - {fault}"))}");
            return 1;
        }
    }

    /// <summary>Every fault in a sentence, or null where only the stack can tell.</summary>
    internal static IEnumerable<string>? Describe(Exception exception) => exception switch
    {
        OptionsValidationException options => options.Failures,
        AggregateException { InnerExceptions: var inner } when inner.All(e => Describe(e) is not null) => inner.SelectMany(e => Describe(e)!),
        // A value of the wrong type in the configuration, or a file of it that is no JSON.
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder", InnerException: { } inner } => [$"{exception.Message} {inner.Message}"],
        InvalidDataException { InnerException: { } inner } => [$"{exception.Message} {inner.Message}"],
        // A level of the log that there is not; an address of another scheme, HTTPS without a certificate.
        InvalidOperationException { Source: "Serilog.Settings.Configuration" or "Microsoft.AspNetCore.Server.Kestrel.Core" } => [exception.Message],
        // An address of another machine, a port that only root may have.
        SocketException => [$"It cannot listen at the configured address: {exception.Message}."],
        // No model, an address in use or that cannot be parsed, a folder that cannot be read.
        ModelsException or IOException or UnauthorizedAccessException or FormatException => [exception.Message],
        _ => null,
    };
}
