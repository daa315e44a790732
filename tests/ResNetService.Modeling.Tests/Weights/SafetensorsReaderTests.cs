using System.Text;
using ResNetService.Modeling.Weights;

namespace ResNetService.Modeling.Tests.Weights;

public sealed class SafetensorsReaderTests : TemporaryFolder
{
    private const string TwoFloats = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""";

    [Fact]
    public void Open_AllOfTheFormat_ListsEntriesAndMetadata()
    {
        using var file = Open(TestSafetensors.Build(
            """
            {"__metadata__":{"format":"pt"},"w\u00e9":{"dtype":"BF16","shape":[2,1],"data_offsets":[8,12]},
             "n":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"none":{"dtype":"F32","shape":[0,3],"data_offsets":[8,8]}}   
            """,
            [7, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3F, 0x00, 0xC0]));

        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(["wé BF16 [2,1]", "n I64 []", "none F32 [0,3]"], file.Entries.Select(e => $"{e.Name} {e.Type} {TensorShape.Show(e.Shape)}"));
        Assert.Equal([1f, -2f], file.ReadFloats(file.Entries[0]));
        var counter = new long[1];
        file.Read(file.Entries[1], counter);
        Assert.Equal([7], counter);
        Assert.Empty(file.ReadFloats(file.Entries[2]));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "not the JSON of safetensors")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"\u0061":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}}""", "not the JSON of safetensors")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""", "not the JSON of safetensors")]
    [InlineData("""{"a":{"dtype":"F32","shape":[[2]],"data_offsets":[0,8]}}""", "not the JSON of safetensors")]
    [InlineData("""{"a":{"dtype":"F32","shape":[NaN],"data_offsets":[0,8]}}""", "not the JSON of safetensors")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "not the JSON of safetensors")]
    [InlineData("""{"a":[]}""", "tensor a lacks a dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", "tensor a lacks a dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", "tensor a lacks a dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}""", "tensor a lacks a dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,16]}}""", "tensor a lacks a dtype")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,8]}}""", "tensor a has dtype F8_E4M3; known are F64, F32")]
    [InlineData("""{"a":{"dtype":"f32","shape":[2],"data_offsets":[0,8]}}""", "tensor a has dtype f32")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "tensor a has shape [-2], which is none")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}""", "tensor a has shape [4294967296,4294967296], which is none")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}}""", "at most 8 dimensions")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "data_offsets [0,8], which do not fit F32 [3]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387906],"data_offsets":[0,8]}}""", "which do not fit F32")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "data_offsets [8,0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", "data_offsets [-8,0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", "is truncated: its tensors need 12 bytes, and it has 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "4 bytes that belong to no tensor")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "tensor a at byte 4 leaves a gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "tensor b at byte 4 overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "overlaps")]
    [InlineData("""{"__metadata__":{"a":1},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "not a map from text to text")]
    [InlineData("""{"__metadata__":"a","a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "not a map from text to text")]
    public void Open_DefectiveHeader_IsRefusedByName(string header, string expected) =>
        Assert.Contains(expected, OpenFails(TestSafetensors.Build(header, new byte[8])), StringComparison.Ordinal);

    [Theory]
    [InlineData(100_000_001UL, "states a header of 100000001 bytes; at most 100000000 are allowed")]
    [InlineData(ulong.MaxValue, "states a header of 18446744073709551615 bytes")]
    [InlineData(1000UL, "is truncated: it states a header of 1000 bytes")]
    [InlineData(0UL, "no JSON object")]
    [InlineData(20UL, "not the JSON of safetensors")]
    public void Open_LyingHeaderLength_IsRefused(ulong length, string expected) =>
        Assert.Contains(expected, OpenFails(TestSafetensors.Build(TwoFloats, new byte[8], length)), StringComparison.Ordinal);

    [Fact]
    public void Open_HeaderThatIsNotUtf8_IsRefused()
    {
        var header = Encoding.UTF8.GetBytes(TwoFloats);
        header[2] = 0xFF;

        Assert.Contains("no JSON object in UTF-8", OpenFails(TestSafetensors.Build(header, new byte[8])), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_CutAnywhere_IsRefused()
    {
        var whole = TestSafetensors.Build(TwoFloats, new byte[8]);
        for (var length = 0; length < whole.Length; length++)
            OpenFails(whole[..length]);
    }
}
