using ResNetService.Api.OpenInference.Rest;
using ResNetService.Fuzz.Campaigns;

namespace ResNetService.Fuzz.Targets.Http;

internal sealed class IndexTarget : IFuzzTarget
{
    public string Name => "index";

    public IEnumerable<byte[]> Seeds => [RequestText.Write("", "", ""), RequestText.Write("", "", """{"ready":true}"""), RequestText.Write("", "", """{"other":[1,{"a":2}],"ready":false}""")];

    public IReadOnlyList<byte[]> Words => Targets.Words.Of("{", "}", "[", "]", "\"ready\":", "true", "false", "null", ",", "\\ud800", "\xFF", "Content-Encoding: br");

    public string Run(byte[] input)
    {
        try
        {
            return RepositoryJson.ReadReadyAsync(RequestText.Read(input).Request, CancellationToken.None).GetAwaiter().GetResult().ToString();
        }
        catch (Exception e) when (RequestText.Told(e) is { } told)
        {
            return told;
        }
    }

    public void Dispose()
    {
    }
}
