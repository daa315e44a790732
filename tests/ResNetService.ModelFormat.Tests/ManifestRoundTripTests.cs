using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace ResNetService.ModelFormat.Tests;

public sealed class ManifestRoundTripTests
{
    private static readonly Gen<string> Texts =
        from characters in Gen.NonEmptyListOf(Gen.Elements('a', 'Z', '9', ' ', '"', '\\', '/', '<', '&', '\'', 'é', '本', '\u2028', '\ufeff'))
        let text = string.Concat(characters)
        where !string.IsNullOrWhiteSpace(text)
        select text;

    private static readonly Gen<Label> Labels =
        from name in Texts
        from id in Texts.OrNull()
        select new Label(name, id);

    private static readonly Gen<GraphSpec> Graphs =
        from type in Gen.Elements(Enum.GetValues<InputType>())
        from layout in Gen.Elements(Enum.GetValues<TensorLayout>())
        where type != InputType.UInt8 || layout != TensorLayout.Nchw
        from names in Texts.Three()
        from hasFeatures in Gen.Elements(true, false)
        where names.Item2 != names.Item3
        select new GraphSpec { Input = names.Item1, InputType = type, Layout = layout, Logits = names.Item2, Features = hasFeatures ? names.Item3 : null };

    private static readonly Gen<double> Fractions = Gen.Choose(0, int.MaxValue).Select(value => value / (double)int.MaxValue);

    private static readonly Gen<PreprocessingSpec> Preprocessings =
        from inputSize in Gen.Choose(1, PreprocessingSpec.MaxInputSize)
        from resize in Gen.Choose(1, PreprocessingSpec.MaxResize)
        from interpolation in Gen.Elements(Enum.GetValues<Interpolation>())
        from order in Gen.Elements(Enum.GetValues<ColorOrder>())
        from scale in Fractions.Select(value => value + 1e-3)
        from mean in Fractions.Three()
        from std in Fractions.Three()
        select new PreprocessingSpec
        {
            InputSize = inputSize,
            Resize = resize,
            Interpolation = interpolation,
            ColorOrder = order,
            Scale = scale,
            Mean = [mean.Item1 * 255 * scale, mean.Item2 * 255 * scale, mean.Item3 * 255 * scale],
            Std = [(0.5 + (std.Item1 * 254)) * scale, (0.5 + (std.Item2 * 254)) * scale, (0.5 + (std.Item3 * 254)) * scale],
        };

    private static readonly Gen<Accuracy> Accuracies =
        from top1 in Fractions
        from rest in Fractions
        from images in Gen.Choose(1, int.MaxValue)
        from texts in Texts.Two()
        select new Accuracy(top1, Math.Max(top1, rest), images, texts.Item1, texts.Item2);

    private static readonly Gen<ModelManifest> Manifests =
        from architecture in Texts
        from precision in Gen.Elements(Enum.GetValues<Precision>())
        from graph in Graphs
        from preprocessing in Preprocessings
        from labels in Gen.NonEmptyListOf(Labels)
        from texts in Texts.Two()
        from digits in Gen.ArrayOf(Gen.Elements("0123456789abcdef".ToCharArray()), 64)
        from isImported in Gen.Elements(true, false)
        from accuracy in Accuracies.OrNull()
        select new ModelManifest
        {
            Architecture = architecture,
            Precision = precision,
            Graph = graph,
            Preprocessing = preprocessing,
            Labels = labels,
            Provenance = new Provenance(texts.Item1, texts.Item2, isImported ? new string(digits) : null),
            Accuracy = accuracy,
        };

    [Fact]
    public void ToJson_AnyValidManifest_ReadsBackEqual() =>
        Prop.ForAll(Manifests.ToArbitrary(), manifest =>
            ManifestReader.Read(Encoding.UTF8.GetBytes(ManifestWriter.ToJson(manifest)), "m").Equals(manifest))
            .QuickCheckThrowOnFailure();

    /// <summary>224 / (224 / 235.0) is not 235 in floating point: the pair that the writer writes must agree for the reader, always.</summary>
    [Fact]
    public void CropPct_OfEveryResize_GivesThatResizeBack()
    {
        int[] inputSizes = [1, 3, 32, 224, 288, 299, 4096];
        foreach (var inputSize in inputSizes)
        {
            // Every length near the usual ones and a sample of the rest.
            for (var resize = 1; resize <= PreprocessingSpec.MaxResize; resize += resize < 600 ? 1 : 97)
            {
                var cropPct = ((double)inputSize / resize).ToString("R", System.Globalization.CultureInfo.InvariantCulture);
                var json = ValidManifest.With("\"resize\": 235,", "")
                    .Replace("\"inputSize\": 224", $"\"inputSize\": {inputSize}", StringComparison.Ordinal)
                    .Replace("0.95", cropPct, StringComparison.Ordinal);
                Assert.Equal(resize, ValidManifest.Read(json).Preprocessing.Resize);
            }
        }
    }

    [Fact]
    public void Read_RandomlyDamagedBytes_ReturnsOrListsFaults()
    {
        var random = new Random(20151210);
        var intact = Encoding.UTF8.GetBytes(ValidManifest.Json);
        byte[] telling = [.. "{}[]\",:\\0-9eE.nt\u00e9 \n"u8];
        var refused = 0;
        for (var round = 0; round < 5000; round++)
        {
            var bytes = intact.ToList();
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                var at = random.Next(bytes.Count);
                var value = random.Next(4) == 0 ? (byte)random.Next(256) : telling[random.Next(telling.Length)];
                switch (random.Next(3))
                {
                    case 0: bytes[at] = value; break;
                    case 1: bytes.Insert(at, value); break;
                    default: bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)); break;
                }
            }

            try
            {
                ManifestReader.Read(bytes.ToArray(), "m");
            }
            catch (ManifestException e)
            {
                Assert.NotEmpty(e.Faults);
                Assert.All(e.Faults, fault => Assert.NotEmpty(fault.Problem));
                refused++;
            }
        }

        Assert.InRange(refused, 2500, 4999);
    }
}
