using System.Buffers;
using ResNetService.Imaging.Decoding;
using ResNetService.Imaging.Resampling.Kernels;
using ResNetService.ModelFormat;

namespace ResNetService.Imaging.Resampling;

/// <summary>
/// Resize and CenterCrop while the rows arrive. Pillow resamples along x to 8 bits, then along y; an image that lies on its side
/// (orientation 5 to 8) has its x across the stored rows, so there the pass across rows comes first. Mirroring is a matter of the tables alone.
/// </summary>
internal static class ResizeCrop
{
    /// <param name="destination">InputSize * InputSize * 3 bytes, every one of which is written, in the order of <see cref="PreprocessingSpec.ColorOrder"/>.</param>
    /// <param name="placement">Of the crop; null for the spec's size and the centre.</param>
    public static void Run(RowSource source, PreprocessingSpec spec, CropPlacement? placement, KernelPath path, Span<byte> destination, CancellationToken cancellationToken)
    {
        var (x, y) = CropAxis.Plan(source.Orientation.Apply(source.StoredSize), spec.Resize, spec.InputSize, placement);
        if (x.Count < spec.InputSize || y.Count < spec.InputSize)
            destination.Clear();
        Run(source, spec, x, y, path, new Target(destination, spec.InputSize, x, y), cancellationToken);
        if (spec.ColorOrder == ColorOrder.Bgr)
            SwapRedAndBlue(destination);
    }

    /// <param name="window">Part of the image whose shorter side is <paramref name="resize"/>; lies within it.</param>
    /// <param name="destination">[window.Height, window.Width, 3], otherwise as above.</param>
    public static void Run(RowSource source, PreprocessingSpec spec, int resize, CropWindow window, KernelPath path, Span<byte> destination)
    {
        var size = source.Orientation.Apply(source.StoredSize);
        var (width, height) = CropAxis.ResizedSize(size, resize);
        var x = new CropAxis(size.Width, width, window.Left, window.Width, Padding: 0);
        var y = new CropAxis(size.Height, height, window.Top, window.Height, Padding: 0);
        Run(source, spec, x, y, path, new Target(destination, window.Width, x, y), CancellationToken.None);
        if (spec.ColorOrder == ColorOrder.Bgr)
            SwapRedAndBlue(destination);
    }

    private static void Run(RowSource source, PreprocessingSpec spec, CropAxis x, CropAxis y, KernelPath path, Target target, CancellationToken cancellationToken)
    {
        var orientation = source.Orientation;
        using var along = new ResampleTable(orientation.Transpose ? y : x, spec.Interpolation, orientation.MirrorX);
        using var across = new ResampleTable(orientation.Transpose ? x : y, spec.Interpolation, orientation.MirrorY);
        using var resampler = RowResampler.Create(along, path);
        // The window of rows that are kept: resampled ones, or the needed part of the image's own.
        using var window = new SlidingRows(across, (orientation.Transpose ? along.SourceLength : along.Count) * 3, path);
        if (orientation.Transpose)
            AcrossThenAlong(source, across, window, along, resampler, target, cancellationToken);
        else
            AlongThenAcross(source, along, resampler, across, window, target, cancellationToken);
    }

    private static void AlongThenAcross(RowSource source, ResampleTable along, RowResampler resampler, ResampleTable across, SlidingRows window, Target target, CancellationToken cancellationToken)
    {
        for (var row = 0; row < source.StoredSize.Height; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // The rows outside the crop are decoded all the same: an image is accepted whole or not at all.
            var pixels = source.NextRow();
            if (row < across.SourceStart || row >= across.SourceEnd)
                continue;
            resampler.Resample(along.Needed(pixels), window.Slot(row));
            while (window.TryFinish(row, out var y))
                window.Sum(y, target.Row(y));
        }
    }

    private static void AcrossThenAlong(RowSource source, ResampleTable across, SlidingRows window, ResampleTable along, RowResampler resampler, Target target, CancellationToken cancellationToken)
    {
        var needed = along.SourceLength * 3;
        var scratch = ArrayPool<byte>.Shared.Rent(needed + (along.Count * 3));
        var summed = scratch.AsSpan(0, needed);
        var column = scratch.AsSpan(needed, along.Count * 3);
        try
        {
            for (var row = 0; row < source.StoredSize.Height; row++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var pixels = source.NextRow();
                if (row < across.SourceStart || row >= across.SourceEnd)
                    continue;
                along.Needed(pixels).CopyTo(window.Slot(row));
                while (window.TryFinish(row, out var x))
                {
                    window.Sum(x, summed);
                    resampler.Resample(summed, column);
                    target.WriteColumn(x, column);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    private static void SwapRedAndBlue(Span<byte> pixels)
    {
        for (var i = 0; i < pixels.Length; i += 3)
            (pixels[i], pixels[i + 2]) = (pixels[i + 2], pixels[i]);
    }

    /// <summary>The part of the destination that the image covers.</summary>
    /// <param name="width">Of the destination, in pixels.</param>
    private readonly ref struct Target(Span<byte> pixels, int width, CropAxis x, CropAxis y)
    {
        private readonly Span<byte> _pixels = pixels;

        public Span<byte> Row(int row) => _pixels.Slice(Offset(0, row), x.Count * 3);

        public void WriteColumn(int column, ReadOnlySpan<byte> rgb)
        {
            for (var row = 0; row < y.Count; row++)
                rgb.Slice(row * 3, 3).CopyTo(_pixels[Offset(column, row)..]);
        }

        private int Offset(int column, int row) => (((y.Padding + row) * width) + x.Padding + column) * 3;
    }
}
