using System.Security.Cryptography;
using ResNetService.Imaging;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Quantization;

/// <summary>Photographs by which a network's ranges are measured, preprocessed as the model has it. Read from disk each time they are wanted.</summary>
internal sealed class CalibrationImages
{
    private readonly ImagePreprocessor _preprocessor;
    private readonly IReadOnlyList<string> _files;

    private CalibrationImages(ImagePreprocessor preprocessor, IReadOnlyList<string> files) => (_preprocessor, _files) = (preprocessor, files);

    public int Count => _files.Count;

    /// <summary>Finds images in the folder and in its folders (of classes, say), and decodes each once.</summary>
    /// <param name="most">How many to take, evenly spread over the folder.</param>
    /// <exception cref="QuantizationException">The folder is absent, or holds fewer than two files.</exception>
    /// <exception cref="TrainingException">Images cannot be decoded: the message lists them.</exception>
    public static CalibrationImages Open(string folder, PreprocessingSpec spec, int most, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
            throw new QuantizationException($"there is no folder {folder}; calibration takes a folder of photographs like those that the model will see");
        var found = Files(folder).ToArray();
        if (found.Length < 2)
            throw new QuantizationException($"{folder} holds {(found.Length == 0 ? "no file" : "one file")}; calibration takes photographs like those that the model will see, 100 or more");

        var preprocessor = new ImagePreprocessor(spec, new ImageDecoder(new ImageLimits(), new DecodeOptions()));
        string[] files = [.. EvenSpread.Indices(most, found.Length).Select(i => found[i])];
        new ImageFolder(folder, [], [.. files.Select(file => new ImageFile(file, 0))])
            .ForEach(Environment.ProcessorCount, (_, bytes) => preprocessor.Preprocess(bytes, new byte[preprocessor.OutputLength], cancellationToken), cancellationToken);
        return new(preprocessor, files);
    }

    /// <summary>Evenly spread ones of them.</summary>
    public CalibrationImages Some(int most) => new(_preprocessor, [.. EvenSpread.Indices(most, Count).Select(i => _files[i])]);

    /// <summary>uint8 [size, size, 3] of each, in order.</summary>
    public IEnumerable<byte[]> Pixels(CancellationToken cancellationToken)
    {
        foreach (var file in _files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var pixels = new byte[_preprocessor.OutputLength];
            _preprocessor.Preprocess(File.ReadAllBytes(file), pixels, cancellationToken);
            yield return pixels;
        }
    }

    /// <summary>Sets every fifth aside, to judge by.</summary>
    public (CalibrationImages Kept, IReadOnlyList<string> HeldOut) HoldOut()
    {
        var heldOut = EvenSpread.Indices(Math.Max(1, Count / 5), Count).ToHashSet();
        return (new(_preprocessor, [.. Enumerable.Range(0, Count).Where(i => !heldOut.Contains(i)).Select(i => _files[i])]), [.. heldOut.Select(i => _files[i])]);
    }

    /// <summary>Those of the files whose content is a calibration image's, to the byte.</summary>
    public IReadOnlyList<string> SameAs(IEnumerable<string> files)
    {
        var digests = _files.Select(Digest).ToHashSet();
        return [.. files.Where(file => digests.Contains(Digest(file)))];
    }

    private static string Digest(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.GetDirectories(folder).Where(ImageFolder.IsShown).Order(StringComparer.Ordinal).Prepend(folder)
            .SelectMany(place => Directory.GetFiles(place).Where(ImageFolder.IsShown).Order(StringComparer.Ordinal));
}
