using System.Runtime.InteropServices;

namespace ResNetService.Inference.Execution.Native;

/// <summary>
/// Keeps ONNX Runtime from reporting to its maker. Its official builds do so unless told otherwise, on Linux since 1.29: names of
/// models, hashes of graphs and weights, an identifier of the machine that is kept in the user's cache folder.
/// </summary>
internal static partial class OnnxRuntimeTelemetry
{
    private const string OptOut = "ORT_DISABLE_TELEMETRY";

    /// <summary>Must run before anything else touches ONNX Runtime: the variable is read once, when its environment is made.</summary>
    public static void Disable()
    {
        Environment.SetEnvironmentVariable(OptOut, "1");

        // On Unix, .NET keeps its variables to itself; the library asks the C runtime.
        if (!OperatingSystem.IsWindows() && SetVariable(OptOut, "1", overwrite: 1) != 0)
            throw new InvalidOperationException($"{OptOut} cannot be set");
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
