using Microsoft.Extensions.Options;

namespace ResNetService.Api.OpenInference.Grpc;

/// <summary>Where gRPC is spoken without TLS. Configuration section <c>Grpc</c>.</summary>
internal sealed class GrpcOptions
{
    public const string Section = "Grpc";

    /// <summary>An address for <see href="open-inference.md#grpc">gRPC</see> without TLS, <c>http://localhost:8081</c>: HTTP/2 cannot share one with HTTP/1.1 then.</summary>
    /// <value>none; <c>http://+:8081</c> in the containers</value>
    public string? Url { get; set; }

    /// <summary>Whether gRPC tells what it offers (<c>grpc.reflection.v1alpha</c>), so that tools such as grpcurl need no proto file.</summary>
    public bool Reflection { get; set; } = true;
}

internal sealed class GrpcOptionsValidator(IConfiguration configuration) : IValidateOptions<GrpcOptions>
{
    public ValidateOptionsResult Validate(string? name, GrpcOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Url))
            return ValidateOptionsResult.Success;
        if (!GrpcAddress.TryParse(options.Url, out _))
            return ValidateOptionsResult.Fail($"{GrpcOptions.Section}:Url is '{options.Url}'; it would be right as http://host:port, without a path. An https address of the service speaks gRPC without it.");
        // Kestrel would pass over every other address.
        return configuration.GetSection("Kestrel:Endpoints").GetChildren().Any()
            ? ValidateOptionsResult.Fail($"{GrpcOptions.Section}:Url has no effect beside Kestrel:Endpoints: add an endpoint there, with Protocols Http2.")
            : ValidateOptionsResult.Success;
    }
}
