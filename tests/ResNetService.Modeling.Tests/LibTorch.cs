using System.Runtime.CompilerServices;
using ResNetService.Modeling.Torch;

namespace ResNetService.Modeling.Tests;

internal static class LibTorch
{
    /// <summary>Tests touch TorchSharp before they touch the program under test, which would prepare it.</summary>
    [ModuleInitializer]
    internal static void Prepare() => RuntimeHelpers.RunModuleConstructor(typeof(TorchRuntime).Module.ModuleHandle);
}
