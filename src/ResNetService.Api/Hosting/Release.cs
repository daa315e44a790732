using System.Reflection;

namespace ResNetService.Api.Hosting;

internal static class Release
{
    /// <summary>Of this build, as the changelog counts: without the commit.</summary>
    public static string Version { get; } =
        typeof(Release).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
