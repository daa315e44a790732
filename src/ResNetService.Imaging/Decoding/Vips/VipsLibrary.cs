using System.Runtime.InteropServices;
using NetVips;

namespace ResNetService.Imaging.Decoding.Vips;

/// <summary>The process-wide settings of libvips, made once before its first use here, and the one call that NetVips does not offer.</summary>
internal static partial class VipsLibrary
{
    static VipsLibrary()
    {
        NativeLibrary.SetDllImportResolver(typeof(VipsLibrary).Assembly, Resolve);

        // Formats whose decoders are not made for hostile input (ImageMagick, PDF, SVG, OpenSlide, ...) cannot run at all,
        // whatever a file claims to be. Which of the others is asked is the decision of ImageFormats.Sniff, never libvips' own guess.
        NetVips.NetVips.BlockUntrusted = true;

        // Every image is seen once: a cache of operations would only hold pixels and file contents back.
        Cache.Max = 0;

        // libvips writes what is odd about a file to the standard error; whoever can send files could fill the log with it.
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, static (_, _, _) => { });

        // Parallelism is one image a thread, the caller's; libvips starts none of its own.
        NetVips.NetVips.Concurrency = 1;
    }

    /// <summary>Runs the static constructor: call before the first NetVips type is used.</summary>
    public static void EnsureConfigured()
    {
    }

    /// <summary>Computes the pixels of a rectangle on the calling thread; <see cref="VipsRegion"/> then says where they lie. Other than 0 on failure.</summary>
    [LibraryImport("vips", EntryPoint = "vips_region_prepare")]
    public static partial int RegionPrepare(nint region, in VipsRectangle rectangle);

    // The same file that NetVips has loaded, found as NetVips finds it.
    private static nint Resolve(string name, System.Reflection.Assembly assembly, DllImportSearchPath? searchPath)
    {
        var file = OperatingSystem.IsWindows() ? "libvips-42.dll" : OperatingSystem.IsMacOS() ? "libvips.42.dylib" : "libvips.so.42";
        return name == "vips" ? NativeLibrary.Load(file, typeof(Image).Assembly, null) : 0;
    }
}
