using static TorchSharp.torch;

namespace ResNetService.Modeling.Torch;

internal enum DeviceKind
{
    /// <summary>CUDA where it can be had, or else the CPU.</summary>
    Auto,
    Cpu,
    Cuda,
}

/// <summary>Where libtorch computes.</summary>
internal static class DeviceChoice
{
    /// <exception cref="PlatformNotSupportedException">CUDA is asked for and cannot be had; the message says what is missing.</exception>
    public static Device Resolve(DeviceKind kind)
    {
        if (kind == DeviceKind.Cpu || (kind == DeviceKind.Auto && !cuda.is_available()))
            return CPU;
        return cuda.is_available()
            ? CUDA
            : throw new PlatformNotSupportedException("--device is cuda, and this libtorch finds no CUDA device: it takes an NVIDIA driver, and a build with -p:LibTorch=cuda; docs/training.md describes it");
    }
}
