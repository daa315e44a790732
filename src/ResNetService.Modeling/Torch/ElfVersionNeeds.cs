using System.Buffers.Binary;
using System.Text;

namespace ResNetService.Modeling.Torch;

/// <summary>
/// The symbol versions that a 64-bit little-endian ELF shared object asks of other libraries (section
/// <c>.gnu.version_r</c>), and the means to make one of them optional.
/// </summary>
/// <remarks>Layout: Linux Standard Base Core, "Symbol Versioning"; <c>Elf64_Verneed</c> and <c>Elf64_Vernaux</c> of elf.h.</remarks>
internal static class ElfVersionNeeds
{
    private const uint SectionTypeVersionNeeds = 0x6ffffffe;
    private const ushort Weak = 2;

    /// <summary>Magic number, 64-bit, little-endian.</summary>
    private static ReadOnlySpan<byte> Identification => [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1];

    /// <summary>
    /// Marks every need of <paramref name="version"/> weak: the dynamic loader then accepts a library without it.
    /// Sound only where no relocation uses a symbol of that version.
    /// </summary>
    /// <param name="image">The whole file; changed in place.</param>
    /// <returns>How many entries were marked.</returns>
    /// <exception cref="InvalidDataException">The file is not a 64-bit little-endian ELF file, or its tables point outside of it.</exception>
    public static int MarkWeak(Span<byte> image, string version)
    {
        if (image.Length < 64 || !image[..6].SequenceEqual(Identification))
            throw new InvalidDataException("not a 64-bit little-endian ELF file");

        try
        {
            return MarkSections(image, Encoding.ASCII.GetBytes(version));
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("a table of the ELF file points outside of it", e);
        }
    }

    private static int MarkSections(Span<byte> image, ReadOnlySpan<byte> version)
    {
        var sections = checked((int)U64(image, 0x28));
        var sectionSize = U16(image, 0x3A);
        var sectionCount = U16(image, 0x3C);
        var marked = 0;
        for (var i = 0; i < sectionCount; i++)
        {
            var section = image.Slice(sections + (i * sectionSize), sectionSize);
            if (U32(section, 4) != SectionTypeVersionNeeds)
                continue;
            var strings = image.Slice(sections + ((int)U32(section, 0x28) * sectionSize), sectionSize);
            marked += MarkNeeds(image[checked((int)U64(section, 0x18))..], image[checked((int)U64(strings, 0x18))..], version);
        }

        return marked;
    }

    private static int MarkNeeds(Span<byte> need, ReadOnlySpan<byte> strings, ReadOnlySpan<byte> version)
    {
        var marked = 0;
        while (true)
        {
            var aux = need[(int)U32(need, 8)..];
            for (var left = U16(need, 2); left > 0; left--)
            {
                var name = strings[(int)U32(aux, 8)..];
                if (name[..name.IndexOf((byte)0)].SequenceEqual(version))
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(aux[4..], (ushort)(U16(aux, 4) | Weak));
                    marked++;
                }

                aux = aux[(int)U32(aux, 12)..];
            }

            var next = (int)U32(need, 12);
            if (next == 0)
                return marked;
            need = need[next..];
        }
    }

    private static ushort U16(ReadOnlySpan<byte> at, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(at[offset..]);

    private static uint U32(ReadOnlySpan<byte> at, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(at[offset..]);

    private static ulong U64(ReadOnlySpan<byte> at, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(at[offset..]);
}
