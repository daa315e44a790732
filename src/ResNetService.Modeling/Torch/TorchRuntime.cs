using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ResNetService.Modeling.Torch;

/// <summary>
/// Makes libtorch ready before the first TorchSharp type is touched, on Linux distributions whose C++ library is older
/// than the one that TorchSharp was linked with.
/// </summary>
/// <remarks>
/// TorchSharp 0.107's <c>libLibTorchSharp.so</c> asks libstdc++ for the symbol version GLIBCXX_3.4.32 (GCC 13), which
/// Debian 12 and Ubuntu 22.04 do not have, so the loader refuses it. GCC 13's &lt;iostream&gt; names that version for
/// <c>std::ios_base_library_init()</c>, but no relocation of the file uses the symbol: nothing would be missing at run
/// time. Where, and only where, the version is absent, a private copy whose need is marked weak is loaded in its place;
/// TorchSharp's own look-up then finds it by its SONAME. The files on disk stay as they are.
/// </remarks>
internal static class TorchRuntime
{
    private const string MissingVersion = "GLIBCXX_3.4.32";
    private const string SymbolOfThatVersion = "_ZSt21ios_base_library_initv";
    private const string NativeLibraryFile = "libLibTorchSharp.so";

    /// <summary>
    /// Runs before any other code of this assembly: TorchSharp loads its library at the first touch of any of its statics, and
    /// where that fails it cannot be repeated.
    /// </summary>
#pragma warning disable CA2255 // this assembly is a program, and nothing later is early enough
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Prepare()
    {
        HiddenCaches.Prepare(FindNative("libc10.so"));
        // A library that is missing altogether is TorchSharp's to report.
        if (OperatingSystem.IsLinux() && !CppLibraryHas(SymbolOfThatVersion) && FindNative(NativeLibraryFile) is { } original)
            LoadPatched(original);
    }

    private static void LoadPatched(string original)
    {
        var image = File.ReadAllBytes(original);
        if (ElfVersionNeeds.MarkWeak(image, MissingVersion) == 0)
            return;

        // The copy lies elsewhere, so its $ORIGIN does not lead to libtorch: libraries that are loaded already are found by SONAME.
        NativeLibrary.Load(Path.Combine(Path.GetDirectoryName(original)!, "libtorch.so"));
        var folder = Directory.CreateTempSubdirectory("resnet-libtorch-");
        try
        {
            var copy = Path.Combine(folder.FullName, NativeLibraryFile);
            File.WriteAllBytes(copy, image);
            NativeLibrary.Load(copy);
        }
        finally
        {
            // A mapped file lives on without its name.
            folder.Delete(recursive: true);
        }
    }

    private static bool CppLibraryHas(string symbol) =>
        NativeLibrary.TryLoad("libstdc++.so.6", out var library) && NativeLibrary.TryGetExport(library, symbol, out _);

    private static string? FindNative(string file) =>
        (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
}
