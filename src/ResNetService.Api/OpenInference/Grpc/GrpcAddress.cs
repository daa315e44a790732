using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using ResNetService.Api.Hosting;

namespace ResNetService.Api.OpenInference.Grpc;

/// <summary>The address of gRPC without TLS, where HTTP/2 is spoken. At the others a connection without TLS is HTTP/1.1, one with TLS negotiates.</summary>
internal sealed class GrpcAddress(IOptions<GrpcOptions> options) : IAddedAddress
{
    public AddedAddress? Address => string.IsNullOrWhiteSpace(options.Value.Url) ? null : new(options.Value.Url, IsAdded: true, listen => listen.Protocols = HttpProtocols.Http2);

    /// <inheritdoc cref="AddedAddress.TryParse"/>
    public static bool TryParse(string url, [NotNullWhen(true)] out IPEndPoint? endpoint) => AddedAddress.TryParse(url, [Uri.UriSchemeHttp], out endpoint);
}
