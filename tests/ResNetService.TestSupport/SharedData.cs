using System.Runtime.CompilerServices;
using Xunit;

namespace ResNetService.TestSupport;

/// <summary>
/// The large test data that is not part of the product: trained weights, photographs, goldens. It lies in
/// <c>../shared/data</c> beside the repository, or where <c>RESNET_TEST_DATA</c> says; tests that need it are skipped where it is absent.
/// </summary>
public static class SharedData
{
    public static string Root { get; } =
        Environment.GetEnvironmentVariable("RESNET_TEST_DATA") ?? System.IO.Path.GetFullPath(System.IO.Path.Combine(Repository.Root, "..", "shared", "data"));

    /// <summary>The path below <see cref="Root"/>; skips the running test, by the name of what is missing, where it does not exist.</summary>
    public static string Require(string relativePath)
    {
        var path = System.IO.Path.Combine(Root, relativePath);
        Assert.SkipUnless(File.Exists(path) || Directory.Exists(path), $"needs {relativePath} of the shared test data (RESNET_TEST_DATA)");
        return path;
    }
}

/// <summary>The checkout that the tests were built from.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    private static string FindRoot([CallerFilePath] string thisFile = "") =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(thisFile)!, "..", ".."));
}
