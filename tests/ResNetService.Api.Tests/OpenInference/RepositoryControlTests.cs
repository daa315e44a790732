namespace ResNetService.Api.Tests.OpenInference;

public sealed class RepositoryControlTests
{
    [Theory]
    [InlineData("load")]
    [InlineData("unload")]
    public async Task LoadAndUnload_ByDefault_AreRefused_WithTheSetting(string what)
    {
        using var host = new ServiceHost();
        using var response = await PostAsync(host, $"color/{what}");

        Assert.Contains("Models:Control is false", await response.ReadErrorAsync(400), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> PostAsync(ServiceHost host, string path) =>
        host.Client.PostAsync(new Uri($"/v2/repository/models/{path}", UriKind.Relative), null, TestContext.Current.CancellationToken);
}
