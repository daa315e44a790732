namespace ResNetService.Modeling.Weights;

/// <summary>Tells the formats apart by their first bytes.</summary>
internal static class WeightFormat
{
    private const string Accepted = "accepted are .safetensors, and .pth/.pt/.th as torch.save writes them";

    public enum Kind
    {
        Safetensors,
        PyTorchZip,
        PyTorchLegacy,
    }

    public static Kind Of(SourceFile file)
    {
        Span<byte> start = stackalloc byte[(int)Math.Min(file.Length, 512)];
        file.Read(0, start);

        if (start.StartsWith("PK\x03\x04"u8))
            return Kind.PyTorchZip;
        // Before the pickle: a header of 128 bytes, or 384 and so on, has a length that begins as a pickle does. No length that is
        // allowed reaches the zeros, and torch.save writes its magic number there.
        if (start is [_, _, _, _, 0, 0, 0, 0, (byte)'{', ..])
            return Kind.Safetensors;
        if (start is [0x80, _, ..])
            return Kind.PyTorchLegacy;
        if (start is [_, _, _, _, _, _, _, _, (byte)'{', ..])
            return Kind.Safetensors;
        throw file.Fault(Guess(start));
    }

    /// <summary>What is mistaken for weights most often.</summary>
    private static string Guess(ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty)
            return "is empty";
        if (start.StartsWith("version https://git-lfs"u8))
            return "is a Git LFS pointer, not the file it stands for; fetch that with `git lfs pull`";
        if (start is [(byte)'<', ..])
            return "is a web page, not a weight file; the download failed or needs a login";
        if (start.Length > 262 && start[257..].StartsWith("ustar"u8))
            return "is a tar archive, as PyTorch before 0.1.10 wrote; load it with PyTorch and save it again";
        return $"is no weight file (it starts with {Convert.ToHexStringLower(start[..Math.Min(8, start.Length)])}); {Accepted}";
    }
}
