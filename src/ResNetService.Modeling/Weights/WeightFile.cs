using ResNetService.Modeling.Weights.PyTorch;
using ResNetService.Modeling.Weights.Safetensors;

namespace ResNetService.Modeling.Weights;

/// <summary>
/// A file of named tensors: safetensors, or what PyTorch's <c>torch.save</c> writes, in its zip form (since 1.6) or its older
/// form of pickles in a row. The content decides, not the file's extension. Opening reads and checks everything but the
/// elements; those are read when asked for. Nothing in the file is ever run.
/// </summary>
/// <remarks>
/// Every defect of the file is a <see cref="WeightException"/>. None of the formats can tell that a stored number was changed:
/// compare <see cref="Sha256"/> with the publisher's. Safe for concurrent readers.
/// </remarks>
internal sealed class WeightFile : IDisposable
{
    private readonly SourceFile _source;
    private readonly Dictionary<string, StoredTensor> _tensors;

    private WeightFile(SourceFile source, WeightFileContent content)
    {
        _source = source;
        _tensors = content.Tensors.ToDictionary(tensor => tensor.Entry.Name);
        Metadata = content.Metadata;
        Entries = [.. content.Tensors.Select(tensor => tensor.Entry)];
    }

    public string Path => _source.Path;

    /// <summary>In the order of the file's listing.</summary>
    public IReadOnlyList<TensorEntry> Entries { get; }

    /// <summary>The free text that safetensors carries; empty in the other formats.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <exception cref="WeightException">There is no such file, it is of another kind, or it is damaged.</exception>
    public static WeightFile Open(string path)
    {
        var source = SourceFile.Open(path);
        try
        {
            return new WeightFile(source, WeightFormat.Of(source) switch
            {
                WeightFormat.Kind.Safetensors => SafetensorsReader.Read(source),
                WeightFormat.Kind.PyTorchZip => ZipCheckpoint.Read(source),
                _ => LegacyCheckpoint.Read(source),
            });
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Reads a tensor of F64, F32, F16 or BF16 elements, row-major.</summary>
    /// <param name="destination">Exactly <see cref="TensorEntry.ElementCount"/> elements.</param>
    /// <exception cref="WeightException">The elements are integers, or the file cannot be read any more.</exception>
    public void Read(TensorEntry entry, Span<float> destination) => TensorReader.Read(_source, _tensors[entry.Name], destination);

    /// <summary>Reads a tensor of integer or Boolean elements, row-major.</summary>
    /// <inheritdoc cref="Read(TensorEntry, Span{float})"/>
    public void Read(TensorEntry entry, Span<long> destination) => TensorReader.Read(_source, _tensors[entry.Name], destination);

    /// <summary>Reads a tensor into a new array. A view may repeat elements, so that the array can be larger than the file.</summary>
    /// <inheritdoc cref="Read(TensorEntry, Span{float})"/>
    public float[] ReadFloats(TensorEntry entry)
    {
        if (entry.ElementCount > Array.MaxLength)
            throw _source.Fault($"tensor {Shown.Text(entry.Name)} has {entry.ElementCount} elements, more than an array can hold");
        var values = new float[entry.ElementCount];
        Read(entry, values);
        return values;
    }

    /// <summary>The digest of the whole file, as a manifest's provenance states it; reads the file once more.</summary>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public string Sha256() => _source.Sha256();

    public void Dispose() => _source.Dispose();
}

/// <summary>What a format's reader found.</summary>
/// <param name="Tensors">No name twice.</param>
internal sealed record WeightFileContent(IReadOnlyList<StoredTensor> Tensors, IReadOnlyDictionary<string, string> Metadata);
