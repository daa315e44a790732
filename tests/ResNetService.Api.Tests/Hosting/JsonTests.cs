using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using ResNetService.Api.Classify;
using ResNetService.Api.Errors;
using ResNetService.Api.Health;
using ResNetService.Api.Hosting;
using ResNetService.Api.Models;

namespace ResNetService.Api.Tests.Hosting;

public sealed class JsonTests(ServiceHost host) : IClassFixture<ServiceHost>
{
    [Theory]
    [InlineData(typeof(ClassifyReply))]
    [InlineData(typeof(ModelList))]
    [InlineData(typeof(ModelReply))]
    [InlineData(typeof(HealthReply))]
    [InlineData(typeof(LiveReply))]
    [InlineData(typeof(IReadOnlyList<ImageProblem>))]
    public void Replies_AreWrittenByGeneratedCode(Type reply)
    {
        var options = host.Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;

        Assert.IsType<ReplyJson>(options.GetTypeInfo(reply).OriginatingResolver, exactMatch: true);
    }
}
