using System.Runtime.CompilerServices;

namespace ResNetService.Benchmarks;

/// <summary>The sources that this program was built from.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    private static string FindRoot([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));
}
