using Microsoft.ML.OnnxRuntime;

namespace ResNetService.Inference.Execution.Native;

/// <summary>A GPU that a registered provider library offers.</summary>
/// <param name="Id">CUDA's number of it, from 0.</param>
/// <param name="Name">As the driver has it; null where the library does not tell.</param>
/// <param name="HasArenaOptions">Whether the memory limit is an option of the library's arena (plug-in) rather than of the provider.</param>
/// <param name="Native">ONNX Runtime's object; null in tests alone.</param>
internal sealed record CudaDevice(int Id, string? Name, bool HasArenaOptions, OrtEpDevice? Native)
{
    /// <exception cref="ExecutionException">There is no such device; the message lists those that there are.</exception>
    public static CudaDevice Choose(IReadOnlyList<CudaDevice> devices, int id) =>
        devices.FirstOrDefault(device => device.Id == id)
        ?? throw new ExecutionException($"Execution:DeviceId is {id}, and the devices are {string.Join(", ", devices)}");

    public override string ToString() => Name is null ? $"GPU {Id}" : $"GPU {Id} ({Name})";
}
