namespace ResNetService.EndToEnd.Tests;

internal static class UserPackages
{
    /// <summary>Where the packages of this machine's user are unpacked.</summary>
    public static string Folder { get; } =
        Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}
