using System.Globalization;
using System.Text;

namespace ResNetService.Api.Tests.OpenInference.Rest;

/// <summary>Everything that can be wrong in a request, and the words that say so.</summary>
public sealed class RefusalTests(ServiceHost host) : IClassFixture<ServiceHost>
{
    private const string Input = """{"name":"image","shape":[1,8,8,3],"datatype":"UINT8","data":[DATA]}""";

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("no JSON", "no JSON in line 1, byte 2")]
    [InlineData("[]", "no JSON object")]
    [InlineData("null", "no JSON object")]
    [InlineData("{}", "no inputs")]
    [InlineData("""{"inputs":[]}""", "no inputs")]
    [InlineData("""{"inputs":{}}""", "'inputs' is no array")]
    [InlineData("""{"inputs":[1]}""", "An input is no JSON object")]
    [InlineData("""{"inputs":[{}]}""", "no 'name'")]
    [InlineData("""{"inputs":[{"name":"image"}]}""", "no 'datatype'")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"UINT8"}]}""", "no 'shape'")]
    [InlineData("""{"inputs":[{"name":7,"datatype":"UINT8","shape":[1,8,8,3],"data":[]}]}""", "'name' of an input is no string")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"UINT8","shape":[1,8,8,3]}]}""", "neither 'data' nor")]
    [InlineData("""{"inputs":[{"name":"pixels","datatype":"UINT8","shape":[1,8,8,3],"data":[]}]}""", "no input 'pixels'; its only one is 'image'")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"INT64","shape":[1,8,8,3],"data":[]}]}""", "'INT64'; it takes UINT8, or BYTES")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"FP32","shape":[1,8,8,3],"data":[]}]}""", "'FP32'; it takes UINT8, or BYTES")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"UINT8","shape":[8,8,3],"data":[]}]}""", "[8,8,3]; as UINT8 it would be right as [-1,8,8,3]")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"UINT8","shape":[1,3,8,8],"data":[]}]}""", "[1,3,8,8]; as UINT8")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"UINT8","shape":[],"data":[]}]}""", "[]; as UINT8")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"UINT8","shape":[0,8,8,3],"data":[]}]}""", "0 images; a request may have 1 to 256")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"UINT8","shape":[-1,8,8,3],"data":[]}]}""", "-1 images")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"UINT8","shape":[257,8,8,3],"data":[]}]}""", "257 images")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"UINT8","shape":[9223372036854775807,8,8,3],"data":[]}]}""", "9223372036854775807 images")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"UINT8","shape":[9223372036854775808,8,8,3],"data":[]}]}""", "no whole number")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"UINT8","shape":[1.5,8,8,3],"data":[]}]}""", "no whole number")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"UINT8","shape":"1","data":[]}]}""", "'shape' of an input is no array")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"UINT8","shape":[1,1,1,1,1,1,1,1,1],"data":[]}]}""", "more than 8 dimensions")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"UINT8","shape":[200,8,8,3],"data":[1,2]}]}""", "fewer than the 38400 elements")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"BYTES","shape":[1,2],"data":["",""]}]}""", "as BYTES it would be right as [-1] or [-1,1]")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"BYTES","shape":[1],"data":[""]}]}""", "Element 0 of input 'image' is empty")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"BYTES","shape":[1],"data":["no base64!"]}]}""", "none of BYTES, strings of base64")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"BYTES","shape":[1],"data":[5]}]}""", "none of BYTES")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"BYTES","shape":[1],"data":"AAAA"}]}""", "is no array")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"BYTES","shape":[2],"data":["AAAA"]}]}""", "has 1 elements; for the shape [2] it has 2")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"BYTES","shape":[1],"data":["AAAA","AAAA"]}]}""", "more than the 1 elements")]
    [InlineData("""{"inputs":[{"name":"image","name":"image"}]}""", "'name' stands twice in An input")]
    [InlineData("""{"inputs":[],"inputs":[]}""", "'inputs' stands twice")]
    [InlineData("""{"id":5,"inputs":[]}""", "'id' is no string")]
    [InlineData("""{"id":"\ud800","inputs":[]}""", "no UTF-8 text")]
    [InlineData("""{"parameters":[],"inputs":[]}""", "'parameters' of the request is no JSON object")]
    [InlineData("""{"parameters":{"binary_data_output":"yes"},"inputs":[]}""", "neither true nor false")]
    [InlineData("""{"a":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}""", "nested more than 16 deep")]
    public async Task Json_ThatIsWrong_IsRefused(string json, string words) =>
        Assert.Contains(words, await host.Client.FailInferAsync(Replies.Json(json), 400), StringComparison.Ordinal);

    [Theory]
    [InlineData("256", "Element 0 of 'data' of input 'image' is none of UINT8, whole numbers from 0 to 255")]
    [InlineData("-1", "Element 0")]
    [InlineData("1.5", "Element 0")]
    [InlineData("1e1", "Element 0")]
    [InlineData("\"1\"", "Element 0")]
    [InlineData("null", "Element 0")]
    [InlineData("{}", "Element 0")]
    [InlineData("NaN", "no JSON")]
    [InlineData("01", "no JSON")]
    [InlineData("1,2,3", "has 3 elements; for the shape [1,8,8,3] it has 192")]
    [InlineData("[1,2]", "neither flat nor nested")]
    [InlineData("1,[2]", "neither flat nor nested")]
    [InlineData("[[[1,2,3],2]]", "neither flat nor nested")]
    [InlineData("[[[1,2]]]", "has 2 elements; for the shape [1,8,8,3] it has 3")]
    [InlineData("[[[1,2,3]]]", "has 1 elements; for the shape [1,8,8,3] it has 8")]
    [InlineData("[[[[1]]]]", "nested deeper")]
    [InlineData("[]", "has 0 elements; for the shape [1,8,8,3] it has 8")]
    public async Task Data_ThatIsWrong_IsRefused(string data, string words)
    {
        // Spaces, so that the request is long enough to hold the tensor.
        var json = $$"""{"inputs":[{{Input.Replace("DATA", data, StringComparison.Ordinal)}}]}{{new string(' ', 400)}}""";

        Assert.Contains(words, await host.Client.FailInferAsync(Replies.Json(json), 400), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_OfOneNumberTooMany_IsRefused() => await RefusesAsync(V2.RedJson.Replace("10]}", "10,7]}", StringComparison.Ordinal), "more than the 192 elements");

    [Fact]
    public async Task Data_BeforeItsShape_IsRefusedTheSame() =>
        await RefusesAsync($$"""{"inputs":[{"data":[1,2],"name":"image","shape":[1,8,8,3],"datatype":"UINT8"}]}{{new string(' ', 400)}}""", "has 2 elements");

    [Fact]
    public async Task Text_BehindTheRequest_IsRefused() => await RefusesAsync(V2.RedJson + "x", "no JSON");

    [Fact]
    public async Task Input_GivenTwice_IsRefused() =>
        await RefusesAsync($"{V2.RedJson[..^2]},{V2.RedJson["{\"inputs\":[".Length..]}", "more than one input");

    [Theory]
    [InlineData("""[{"name":"probabilities"}]""", "no output 'probabilities'; it has 'logits'")]
    [InlineData("""[{"name":"features"}]""", "no output 'features'")]
    [InlineData("""[{"name":"logits"},{"name":"logits"}]""", "asked for twice")]
    [InlineData("""[{}]""", "An output has no 'name'")]
    [InlineData("""[1]""", "An output is no JSON object")]
    [InlineData("""{}""", "'outputs' is no array")]
    [InlineData("""[{"name":"logits","parameters":{"classification":0}}]""", "is 0; it must be 1 to 3")]
    [InlineData("""[{"name":"logits","parameters":{"classification":4}}]""", "is 4; it must be 1 to 3")]
    [InlineData("""[{"name":"logits","parameters":{"classification":"2"}}]""", "'classification' is no whole number")]
    [InlineData("""[{"name":"logits","parameters":{"binary_data":1}}]""", "'binary_data' is neither true nor false")]
    [InlineData("""[{"name":"logits","parameters":{"shared_memory_region":"a"}}]""", "'shared_memory_region' is not supported")]
    public async Task Outputs_ThatAreWrong_AreRefused(string outputs, string words) =>
        await RefusesAsync($"{V2.RedJson[..^1]},\"outputs\":{outputs}}}", words);

    [Theory]
    [InlineData("\"binary_data_size\":192", 192, null, null)]
    [InlineData("\"binary_data_size\":192", 191, null, "191 bytes follow the JSON")]
    [InlineData("\"binary_data_size\":192", 193, null, "193 bytes follow the JSON")]
    [InlineData("\"binary_data_size\":100", 100, null, "has 100 bytes; UINT8 [1,8,8,3] has 192")]
    [InlineData("\"binary_data_size\":-1", 192, null, "sum up to -1")]
    [InlineData("\"binary_data_size\":\"192\"", 192, null, "no whole number")]
    [InlineData("\"shared_memory_region\":\"x\"", 0, null, "'shared_memory_region' is not supported")]
    [InlineData("\"binary_data_size\":192", 192, "-1", "Inference-Header-Content-Length is '-1'")]
    [InlineData("\"binary_data_size\":192", 192, "10000", "which has")]
    [InlineData("\"binary_data_size\":192", 192, "99999999999999999999", "Inference-Header-Content-Length")]
    [InlineData("\"binary_data_size\":192", 192, "soon", "Inference-Header-Content-Length is 'soon'")]
    [InlineData("\"binary_data_size\":192", 192, "20", "no JSON")]
    public async Task BinaryTensor_WhoseSizesDoNotAddUp_IsRefused(string parameter, int bytes, string? headerLength, string? words)
    {
        var json = $$$$"""{"inputs":[{"name":"image","shape":[1,8,8,3],"datatype":"UINT8","parameters":{{{{{parameter}}}}}}]}""";
        using var content = V2.Binary(json, new byte[bytes], headerLength);

        if (words is null)
            await host.Client.InferAsync(content);
        else
            Assert.Contains(words, await host.Client.FailInferAsync(content, 400), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("05 00 00 00 01 02", "ends within element 0 of 1")]
    [InlineData("FF FF FF FF 01 02", "ends within element 0 of 1")]
    [InlineData("01 00", "ends within element 0 of 1")]
    [InlineData("", "ends within element 0 of 1")]
    [InlineData("01 00 00 00 07 08 09", "2 bytes after its 1 elements")]
    public async Task BinaryElements_ThatDoNotAddUp_AreRefused(string hex, string words)
    {
        var bytes = hex.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(digits => byte.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
        var json = $$$$"""{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":{{{{bytes.Length}}}}}}]}""";

        Assert.Contains(words, await host.Client.FailInferAsync(V2.Binary(json, bytes), 400), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BinaryTensor_BesideData_IsRefused()
    {
        var json = V2.RedJson.Replace("\"data\"", "\"parameters\":{\"binary_data_size\":192},\"data\"", StringComparison.Ordinal);

        Assert.Contains("both 'data' and", await host.Client.FailInferAsync(V2.Binary(json, V2.RedTensor), 400), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_ThatNoInputAskedFor_AreRefused() =>
        Assert.Contains("4 bytes follow the JSON", await host.Client.FailInferAsync(V2.Binary(V2.RedJson, new byte[4]), 400), StringComparison.Ordinal);

    [Fact]
    public async Task OneFile_ThatIsNoImage_IsNamed()
    {
        var error = await host.Client.FailInferAsync(Replies.Json(V2.FilesJson(Replies.Red, Replies.Broken, Replies.Green)), 400);

        Assert.StartsWith("Element 1 of input 'image': ", error, StringComparison.Ordinal);
        Assert.StartsWith("Element 0", await host.Client.FailInferAsync(Replies.Json(V2.FilesJson(Replies.NoImage)), 400), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_ThatIsCompressed_IsRefused()
    {
        using var content = Replies.Json(V2.RedJson);
        content.Headers.ContentEncoding.Add("gzip");

        Assert.Contains("gzip", await host.Client.FailInferAsync(content, 415), StringComparison.Ordinal);
    }

    [Fact]
    public async Task InvalidUtf8_IsRefused() =>
        await host.Client.FailInferAsync(Replies.Raw([.. "{\"id\":\""u8, 0xFF, 0xFE, .. "\"}"u8], "application/json"), 400);

    [Fact]
    public async Task Names_ThatAreLong_AreShortenedInTheAnswer()
    {
        var json = $$"""{"inputs":[{"name":"{{new string('x', 100_000)}}","datatype":"UINT8","shape":[1,8,8,3],"data":[]}]}""";

        Assert.InRange(Encoding.UTF8.GetByteCount(await host.Client.FailInferAsync(Replies.Json(json), 400)), 1, 500);
    }

    private async Task RefusesAsync(string json, string words) =>
        Assert.Contains(words, await host.Client.FailInferAsync(Replies.Json(json), 400), StringComparison.Ordinal);
}
