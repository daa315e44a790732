namespace ResNetService.Api.Security.Keys;

internal static class ReloadFaults
{
    /// <summary>A file of the configuration that is no JSON any more is passed over in silence otherwise: what it said before holds, and nobody knows.</summary>
    public static void TellOfFilesThatCannotBeReloaded(this IConfiguration configuration, ILogger logger)
    {
        foreach (var file in (configuration as IConfigurationRoot)?.Providers.OfType<FileConfigurationProvider>() ?? [])
            file.Source.OnLoadException = context => logger.KeysKept([$"{context.Exception.Message} {context.Exception.InnerException?.Message}"]);
    }
}
