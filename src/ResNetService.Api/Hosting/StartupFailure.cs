using Microsoft.Extensions.Options;
using ResNetService.ModelFormat;

namespace ResNetService.Api.Hosting;

/// <summary>Turns what keeps the service from starting into text for the operator and an exit code for the supervisor.</summary>
internal static class StartupFailure
{
    public static async Task<int> RunToEndAsync(this WebApplication app)
    {
        try
        {
            await app.RunAsync();
            return 0;
        }
        catch (Exception e) when (!app.Lifetime.ApplicationStarted.IsCancellationRequested && Describe(e) is { } faults)
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
        ManifestException manifest => manifest.Faults.Select(fault => fault.ToString()),
        // An address in use, a folder that cannot be read, an address that cannot be parsed, a value of the wrong type.
        IOException or UnauthorizedAccessException or FormatException or InvalidOperationException { InnerException: FormatException } => [exception.Message],
        _ => null,
    };
}
