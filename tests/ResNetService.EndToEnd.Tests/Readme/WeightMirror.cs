using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace ResNetService.EndToEnd.Tests.Readme;

/// <summary>A server on loopback that has one file of weights, and the catalogue that names it: what <c>resnet pull</c> has without the world.</summary>
internal sealed class WeightMirror : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly string _folder;

    private WeightMirror(WebApplication server, string folder) => (_server, _folder) = (server, folder);

    /// <summary>For the command line of <c>resnet pull</c>.</summary>
    public string Options => $"--catalogue {Catalogue(_folder)} --mirror {_server.Urls.Single()} --cache {Path.Combine(_folder, ".cache")}";

    /// <param name="name">Of the weights and of the network.</param>
    /// <param name="folder">For the catalogue and the download.</param>
    public static async Task<WeightMirror> StartAsync(string name, string weights, string folder, CancellationToken cancellationToken)
    {
        await using (var file = File.OpenRead(weights))
            await File.WriteAllTextAsync(Catalogue(folder), Entry(name, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken))), cancellationToken);

        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        var server = builder.Build();
        server.MapGet($"/{name}.safetensors", () => Results.File(weights, enableRangeProcessing: true));
        await server.StartAsync(cancellationToken);
        return new(server, folder);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static string Catalogue(string folder) => Path.Combine(folder, ".catalogue.json");

    private static string Entry(string name, string sha256) => $$"""
        {
          "schemaVersion": 1,
          "weights": [
            {
              "name": "{{name}}",
              "architecture": "{{name}}",
              "url": "https://weights.invalid/{{name}}.safetensors",
              "sha256": "{{sha256}}",
              "licence": "for tests alone",
              "labels": "imagenet",
              "preprocessing": {"inputSize": 224, "resize": 256, "interpolation": "bilinear", "colorOrder": "rgb", "scale": 0.00392156862745098, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
            }
          ]
        }
        """;
}
