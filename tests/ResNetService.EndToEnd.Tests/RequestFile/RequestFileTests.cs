using System.Net.Http.Json;
using System.Text.Json;

namespace ResNetService.EndToEnd.Tests.RequestFile;

/// <summary>resnetservice.http against the service: every request is answered as it says, and every route is there.</summary>
public sealed class RequestFileTests
{
    [Fact]
    public async Task Requests_OfTheFile_AreAnsweredAsItSays()
    {
        var token = TestContext.Current.CancellationToken;
        using var service = await RunningService.StartAsync(RunningService.BuiltCommand, Models, token);
        using var client = new HttpClient();

        var wrong = new List<string>();
        foreach (var request in SavedRequest.ReadAll())
        {
            using var message = request.ToMessage(service.Address);
            using var response = await client.SendAsync(message, token);
            if ((int)response.StatusCode != request.Status)
                wrong.Add($"{request.Title}: {(int)response.StatusCode} instead of {request.Status}: {await response.Content.ReadAsStringAsync(token)}");
        }

        Architecture.Findings.AssertNone(wrong);
    }

    [Fact]
    public async Task Routes_OfTheService_AreAllInTheFile()
    {
        var token = TestContext.Current.CancellationToken;
        using var service = await RunningService.StartAsync(RunningService.BuiltCommand, Models, token);
        using var client = new HttpClient();
        var document = await client.GetFromJsonAsync<JsonElement>(new Uri(service.Address, "/swagger/v1/swagger.json"), token);
        var requests = SavedRequest.ReadAll();

        Architecture.Findings.AssertNone(
            from path in document.GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            where !requests.Any(request => request.Method == HttpMethod.Parse(operation.Name) && Matches(path.Name, request.Target))
            select $"{operation.Name.ToUpperInvariant()} {path.Name} is not in resnetservice.http");
    }

    private static Dictionary<string, string> Models => new() { ["Models__Path"] = Path.Combine(Repository.Root, "models") };

    private static bool Matches(string template, string target)
    {
        var expected = template.Split('/');
        var actual = target.Split('?')[0].Split('/');
        return expected.Length == actual.Length && expected.Zip(actual).All(part => part.First.StartsWith('{') || part.First == part.Second);
    }
}
