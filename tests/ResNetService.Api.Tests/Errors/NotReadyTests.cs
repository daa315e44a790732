using ResNetService.Inference.Models;

namespace ResNetService.Api.Tests.Errors;

public sealed class NotReadyTests
{
    [Fact]
    public async Task Request_AfterTheModelsHaveEnded_IsToldToComeAgain()
    {
        using var host = new ServiceHost();
        await ((IAsyncDisposable)host.Services.GetRequiredService<IModelCatalog>()).DisposeAsync();

        using var classify = await host.Client.PostAsync(new Uri("/classify", UriKind.Relative), Replies.Raw(Replies.Red), TestContext.Current.CancellationToken);
        using var model = await host.Client.GetAsync(new Uri("/models/color", UriKind.Relative), TestContext.Current.CancellationToken);

        await classify.ReadProblemAsync(503, "not-ready");
        await model.ReadProblemAsync(503, "not-ready");
        Assert.NotNull(classify.Headers.RetryAfter);
    }
}
