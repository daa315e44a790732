namespace ResNetService.EndToEnd.Tests;

[Collection(BuildsOfTheRepository.Name)]
public sealed class PublishTests
{
    [Fact]
    public async Task PublishedService_OutsideTheRepository_AnswersWithTheShippedNetwork()
    {
        var token = TestContext.Current.CancellationToken;
        var elsewhere = Directory.CreateTempSubdirectory("resnet-published-");
        try
        {
            await ShellCommand.RunAsync($"dotnet publish -c Release src/ResNetService.Api -o '{elsewhere.FullName}'", token);

            using var service = await RunningService.StartAsync(
                $"dotnet '{Path.Combine(elsewhere.FullName, "ResNetService.Api.dll")}' --contentRoot=/", [], token);
            var answer = await service.RunAsync("curl -sS -F image=@samples/cat.jpg http://localhost:8080/classify?topK=1", token);

            Assert.Contains("\"cat\"", answer, StringComparison.Ordinal);
            Assert.Contains("<title>ResNetService</title>", await service.RunAsync("curl -sS http://localhost:8080/", token), StringComparison.Ordinal);
        }
        finally
        {
            elsewhere.Delete(recursive: true);
        }
    }
}
