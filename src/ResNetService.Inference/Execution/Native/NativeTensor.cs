using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace ResNetService.Inference.Execution.Native;

/// <summary>Owns a value of ONNX Runtime, though for a view not its memory.</summary>
internal sealed unsafe class NativeTensor : ITensor
{
    public NativeTensor(OrtValue value)
    {
        Value = value;
        // Of a tensor on a device too, only to be handed back.
        var data = value.GetTensorMutableRawData();
        (Address, ByteLength) = ((nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(data)), data.Length);
    }

    public OrtValue Value { get; }

    public nint Address { get; }

    public int ByteLength { get; }

    /// <summary>The same memory, described as the CPU's.</summary>
    public OrtValue AsCpuMemory()
    {
        var shape = Value.GetTensorTypeAndShape();
        return OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, shape.ElementDataType, shape.Shape, Address, ByteLength);
    }

    public void Dispose() => Value.Dispose();
}
