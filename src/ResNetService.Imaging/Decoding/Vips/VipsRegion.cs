using System.Runtime.InteropServices;

namespace ResNetService.Imaging.Decoding.Vips;

/// <summary>libvips' <c>VipsRect</c>, in pixels.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct VipsRectangle(int Left, int Top, int Width, int Height);

/// <summary>
/// The beginning of libvips' <c>VipsRegion</c> (region.h), as far as its macro VIPS_REGION_ADDR, which is compiled into every C program
/// that reads pixels, depends on it. NetVips offers only copies: <c>vips_region_fetch</c> zeroes, fills and frees a buffer for each strip.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct VipsRegion
{
    private readonly VipsObject _object;
    private readonly nint _image;
    private readonly VipsRectangle _valid;
    private readonly int _type;
    private readonly byte* _data;
    private readonly int _bytesPerLine;

    /// <summary>A row of the image, from column 0 on, of a rectangle that has been prepared and begins there.</summary>
    public ReadOnlySpan<byte> Row(int y, int length) => new(_data + ((nint)(y - _valid.Top) * _bytesPerLine), length);

    /// <summary>What every object of libvips begins with (object.h).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct VipsObject
    {
        private readonly nint _typeInstance;
        private readonly uint _referenceCount;
        private readonly nint _data;
        private readonly int _constructed;
        private readonly int _staticObject;
        private readonly nint _arguments;
        private readonly nint _nickname;
        private readonly nint _description;
        private readonly int _preClose;
        private readonly int _close;
        private readonly int _postClose;
        private readonly nint _localMemory;
    }
}
