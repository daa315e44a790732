using System.Text;
using System.Text.Json;
using ResNetService.Imaging;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Tests.OpenInference.Rest;

public sealed class InferenceTests : IClassFixture<InferenceTests.Models>
{
    private static readonly float[] Red = [250, 10, 10];

    private readonly HttpClient _client;
    private readonly ServiceHost _host;

    public InferenceTests(Models models) => (_host, _client) = (models.Host, models.Host.Client);

    [Fact]
    public async Task Answer_HasTheFieldsOfTheProtocol_AndEchoesTheId()
    {
        var answer = await _client.InferAsync(Replies.Json(V2.RedJson.Replace("{\"inputs\"", "{\"id\":\"4 \\u00fc\",\"inputs\"", StringComparison.Ordinal)));

        Assert.Equal("""{"model_name":"color","model_version":"1","id":"4 \u00FC","outputs":[{"name":"logits","datatype":"FP32","shape":[1,3],"data":[250,10,10]}]}""", answer.GetRawText());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task Request_OfAnyContentType_IsRead(string? type)
    {
        var answer = await _client.InferAsync(Replies.Raw(Encoding.UTF8.GetBytes(V2.RedJson), type));

        Assert.Equal(Red, answer.GetProperty("outputs")[0].Floats());
    }

    [Fact]
    public async Task Data_NestedAsTheShape_IsTheSameAsFlat()
    {
        var row = $"[{string.Join(',', Enumerable.Repeat("[250,10,10]", 8))}]";
        var image = $"[{string.Join(',', Enumerable.Repeat(row, 8))}]";
        var json = $$"""{"inputs":[{"data":[{{image}},{{image}}],"datatype":"UINT8","extra":{"a":[{}]},"shape":[2,8,8,3],"name":"image"}],"more":null}""";

        var output = (await _client.InferAsync(Replies.Json(json))).GetProperty("outputs")[0];

        Assert.Equal([.. Red, .. Red], output.Floats());
        Assert.Equal([2, 3], output.Shape());
    }

    [Fact]
    public async Task Parameters_ThatAreUnknown_ChangeNothing()
    {
        var json = V2.RedJson.Replace("\"data\"", "\"parameters\":{\"mine\":1},\"data\"", StringComparison.Ordinal);
        json = json[..^1] + ""","parameters":{"priority":3,"sequence_id":"a","binary_data_output":false},"outputs":[{"name":"logits","parameters":{"x":true,"binary_data":false}}]}""";

        Assert.Equal(Red, (await _client.InferAsync(Replies.Json(json))).GetProperty("outputs")[0].Floats());
    }

    [Fact]
    public async Task Float32Tensor_AsJsonOrBytes_IsWhatTheNetworkGets()
    {
        float[] values = [.. Enumerable.Range(0, 3 * 64).Select(i => (i / 64) - 1.5e-3f)];
        const string head = """{"name":"input","shape":[1,3,8,8],"datatype":"FP32",""";
        var json = $$"""{"inputs":[{{head}}"data":[{{string.Join(',', values.Select(value => JsonSerializer.Serialize(value)))}}]}]}""";
        var binary = $$$$"""{"inputs":[{{{{head}}}}"parameters":{"binary_data_size":768}}]}""";

        var fromJson = (await _client.InferAsync(Replies.Json(json), "float")).GetProperty("outputs")[0].Floats();
        var fromBytes = (await _client.InferAsync(V2.Binary(binary, [.. values.SelectMany(BitConverter.GetBytes)]), "float")).GetProperty("outputs")[0].Floats();

        Assert.Equal(fromBytes, fromJson);
        Assert.Equal([-0.0015f, 0.9985f, 1.9985f], fromJson.Select(value => MathF.Round(value, 5)));
    }

    [Fact]
    public async Task Bytes_OutByTheRequest_OrByTheOutput_FollowTheJson()
    {
        const string input = """{"inputs":[{"name":"image","shape":[1,8,8,3],"datatype":"UINT8","parameters":{"binary_data_size":192}}]""";

        var (json, all) = await _client.InferBinaryAsync(V2.Binary($$$$"""{{{{input}}}},"parameters":{"binary_data_output":true}}""", V2.RedTensor), "features");
        var (mixed, one) = await _client.InferBinaryAsync(
            V2.Binary($$$$"""{{{{input}}}},"parameters":{"binary_data_output":true},"outputs":[{"name":"features"},{"name":"logits","parameters":{"binary_data":false}}]}""", V2.RedTensor), "features");

        Assert.Equal(["logits", "features"], all.Keys);
        Assert.Equal([1, 3, 8, 8], json.GetProperty("outputs")[1].Shape());
        Assert.Equal(["features"], one.Keys);
        Assert.Equal(all["features"], one["features"]);
        Assert.Equal(V2.Floats(all["logits"]), mixed.GetProperty("outputs")[1].Floats());
        Assert.Equal(["features", "logits"], mixed.GetProperty("outputs").EnumerateArray().Select(output => output.Text("name")));
    }

    [Fact]
    public async Task Features_AsJson_AreTheirBytes()
    {
        const string request = ""","outputs":[{"name":"features"}]}""";
        var json = (await _client.InferAsync(Replies.Json(V2.RedJson[..^1] + request), "features")).GetProperty("outputs")[0];

        Assert.Equal([1, 3, 8, 8], json.Shape());
        Assert.Equal(Enumerable.Repeat(250f, 64).Concat(Enumerable.Repeat(10f, 128)), json.Floats());
    }

    [Fact]
    public async Task RawRequest_OfATensor_IsABatchOfOne_AndAnsweredInBytes()
    {
        var (json, outputs) = await _client.InferBinaryAsync(V2.Binary("", V2.RedTensor));

        Assert.Equal([1, 3], json.GetProperty("outputs")[0].Shape());
        Assert.Equal(Red, V2.Floats(outputs["logits"]));
    }

    [Fact]
    public async Task RawRequest_OfAnImageFile_IsPreprocessed()
    {
        using var content = V2.Binary("", Replies.Red);
        content.Headers.ContentType = new("image/png");

        Assert.Equal(Red, V2.Floats((await _client.InferBinaryAsync(content)).Outputs["logits"]));
    }

    [Fact]
    public async Task RawRequest_OfAnotherLength_SaysWhichWouldBeRight()
    {
        var error = await _client.FailInferAsync(V2.Binary("", Replies.Red), 400);

        Assert.Contains("192", error, StringComparison.Ordinal);
        Assert.Contains("image/*", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[3]")]
    [InlineData("[3,1]")]
    public async Task Files_AsBase64OrBytes_AreAnsweredInTheirOrder(string shape)
    {
        byte[][] files = [Replies.Red, Replies.Green, Replies.Blue];
        var json = V2.FilesJson(files).Replace("[3]", shape, StringComparison.Ordinal);
        var elements = V2.Elements(files);
        var binary = $$$$"""{"inputs":[{"name":"image","shape":{{{{shape}}}},"datatype":"BYTES","parameters":{"binary_data_size":{{{{elements.Length}}}}}}]}""";

        var fromJson = (await _client.InferAsync(Replies.Json(json))).GetProperty("outputs")[0];
        var fromBytes = (await _client.InferAsync(V2.Binary(binary, elements))).GetProperty("outputs")[0];

        Assert.Equal([250, 10, 10, 10, 250, 10, 10, 10, 250], fromJson.Floats());
        Assert.Equal(fromJson.GetRawText(), fromBytes.GetRawText());
        Assert.Equal([3, 3], fromJson.Shape());
    }

    [Fact]
    public async Task Files_Nested_AreRead()
    {
        var json = V2.FilesJson(Replies.Blue).Replace("[1]", "[1,1]", StringComparison.Ordinal).Replace("\"data\":[", "\"data\":[[", StringComparison.Ordinal).Replace("]}]}", "]]}]}", StringComparison.Ordinal);

        var logits = (await _client.InferAsync(Replies.Json(json))).GetProperty("outputs")[0].Floats();

        Assert.Equal([10, 10, 250], logits);
    }

    /// <summary>One photograph by four ways: as file and as tensor, over this protocol and over our own.</summary>
    [Fact]
    public async Task Photograph_HasTheSameAnswerToTheBit_HoweverItComes()
    {
        var file = await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "samples", "cat.jpg"), TestContext.Current.CancellationToken);
        using var lease = await _host.Services.GetRequiredService<IModelCatalog>().AcquireAsync("color", null, TestContext.Current.CancellationToken);
        var manifest = lease.Model.Manifest;
        var tensor = new byte[V2.RedTensor.Length];
        new ImagePreprocessor(manifest.Preprocessing, _host.Services.GetRequiredService<ImageDecoder>()).Preprocess(file, tensor, CancellationToken.None);

        var fromFile = (await _client.InferAsync(Replies.Json(V2.FilesJson(file)))).GetProperty("outputs")[0].Floats();
        var (_, outputs) = await _client.InferBinaryAsync(V2.Binary("", tensor));
        var predictions = (await _client.PostAsync(Replies.Raw(file, "image/jpeg"))).GetProperty("results")[0].GetProperty("predictions").EnumerateArray();

        Assert.Equal(V2.Floats(outputs["logits"]), fromFile);
        var sum = fromFile.Sum(logit => Math.Exp((double)logit - fromFile.Max()));
        Assert.All(predictions, prediction => Assert.Equal(
            Math.Exp((double)fromFile[prediction.GetProperty("index").GetInt32()] - fromFile.Max()) / sum, prediction.GetProperty("probability").GetDouble(), 1e-12));
    }

    [Fact]
    public async Task Classification_OfLogits_IsValueIndexAndLabel_BestFirst()
    {
        const string outputs = ""","outputs":[{"name":"logits","parameters":{"classification":2}}]}""";
        var json = V2.FilesJson(Replies.Green, Replies.Red)[..^1] + outputs;

        var output = (await _client.InferAsync(Replies.Json(json))).GetProperty("outputs")[0];
        var (_, bytes) = await _client.InferBinaryAsync(Replies.Json(json[..^1] + ""","parameters":{"binary_data_output":true}}"""));

        Assert.Equal("""{"name":"logits","datatype":"BYTES","shape":[2,2],"data":["250:1:green","10:0:red","250:0:red","10:1:green"]}""", output.GetRawText());
        Assert.Equal(V2.Elements([.. new[] { "250:1:green", "10:0:red", "250:0:red", "10:1:green" }.Select(Encoding.UTF8.GetBytes)]), bytes["logits"]);
    }

    [Fact]
    public async Task OutputThatIsNoNumber_IsSentAsBytes_AndRefusedAsJson()
    {
        Assert.Contains("binary", await _client.FailInferAsync(Replies.Json(V2.RedJson), 500, "nan"), StringComparison.Ordinal);
        Assert.Contains("not a number", await _client.FailInferAsync(
            Replies.Json(V2.RedJson[..^1] + ""","outputs":[{"name":"logits","parameters":{"classification":1,"binary_data":true}}]}"""), 500, "nan"), StringComparison.Ordinal);
        var (_, outputs) = await _client.InferBinaryAsync(V2.Binary("", V2.RedTensor), "nan");
        Assert.All(V2.Floats(outputs["logits"]), value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public async Task Property_ThatIsNull_IsAsGoodAsAbsent()
    {
        var json = V2.RedJson.Replace("{\"inputs\":[{", """{"id":null,"parameters":null,"outputs":null,"inputs":[{"parameters":null,""", StringComparison.Ordinal);

        var reply = await _client.InferAsync(Replies.Json(json));

        Assert.False(reply.TryGetProperty("id", out _));
        Assert.Equal([250f, 10, 10], reply.GetProperty("outputs")[0].Floats());
    }

    /// <summary>A caller's own mistake, and no error of the service.</summary>
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public async Task Tensor_ThatIsNoNumber_IsNamed(float value)
    {
        float[] values = [.. Enumerable.Repeat(0.5f, 3 * 64), .. Enumerable.Repeat(0.5f, (3 * 64) - 1), value];

        var error = await _client.FailInferAsync(
            V2.Binary("""{"inputs":[{"name":"input","shape":[2,3,8,8],"datatype":"FP32","parameters":{"binary_data_size":1536}}]}""", [.. values.SelectMany(BitConverter.GetBytes)]), 400, "float");

        Assert.Contains("Image 1 of input 'input' has a NaN or an infinity", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_InThePath_IsTheOneThatAnswers()
    {
        Assert.Equal("1", (await _client.InferAsync(Replies.Json(V2.RedJson), "color/versions/1")).Text("model_version"));
        Assert.Contains("color:7", await _client.FailInferAsync(Replies.Json(V2.RedJson), 404, "color/versions/7"), StringComparison.Ordinal);
    }

    public sealed class Models : IDisposable
    {
        public ServiceHost Host { get; } = new([], models: TinyModelRepository.WithColor()
            .AddWithFeatures("features", "1")
            .Add("float", "1", TinyOnnx.MeanChannel(TinyModelRepository.Size), TinyModelRepository.Manifest("input", "float32", "nchw", "output"))
            .Add("nan", "1", TinyOnnx.NotANumber(TinyModelRepository.Size), TinyModelRepository.Manifest()));

        public void Dispose() => Host.Dispose();
    }
}
