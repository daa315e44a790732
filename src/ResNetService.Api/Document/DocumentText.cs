using System.Text;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.Swagger;

namespace ResNetService.Api.Document;

/// <summary>The OpenAPI document as it is sent. It says the same as long as the service runs, and is made once: everybody may ask for it, and making it is work.</summary>
internal sealed class DocumentText(IAsyncSwaggerProvider swagger)
{
    public const string Name = "v1";

    private readonly Lazy<Task<byte[]>> _text = new(async () => Encoding.UTF8.GetBytes(await (await swagger.GetSwaggerAsync(Name)).SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_0)));

    public Task<byte[]> ReadAsync() => _text.Value;
}
