namespace ResNetService.EndToEnd.Tests;

public sealed class PrivacyTests
{
    [Fact]
    public async Task Service_WithAnEmptyHome_LeavesItEmpty()
    {
        using var models = TinyModelRepository.WithColor();
        var home = Directory.CreateTempSubdirectory("resnet-home-");
        try
        {
            using (await RunningService.StartAsync(
                RunningService.BuiltCommand,
                new() { ["Models__Path"] = models.Path, ["HOME"] = home.FullName, ["XDG_CACHE_HOME"] = Path.Combine(home.FullName, ".cache") },
                TestContext.Current.CancellationToken))
            {
                // ONNX Runtime would have left an identifier of the machine by now.
            }

            Assert.Empty(Directory.GetFiles(home.FullName, "*", SearchOption.AllDirectories));
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }
}
