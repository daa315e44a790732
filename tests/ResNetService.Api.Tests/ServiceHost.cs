using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;

namespace ResNetService.Api.Tests;

/// <summary>The service on a real Kestrel at a free port of loopback, with the model <c>color:1</c> unless others are given.</summary>
public sealed class ServiceHost : WebApplicationFactory<Program>
{
    /// <summary>Services of one process share the attributes that validate their options, and a <c>RangeAttribute</c> of time spans is not safe for the first use by two threads.</summary>
    private static readonly Lock Starting = new();

    private readonly TinyModelRepository _models;
    private readonly Dictionary<string, string> _settings;
    private readonly Action<IServiceCollection>? _replace;

    /// <summary>As a class fixture: nothing set.</summary>
    public ServiceHost()
        : this([])
    {
    }

    internal ServiceHost(Dictionary<string, string> settings, Action<IServiceCollection>? replace = null, TinyModelRepository? models = null)
    {
        (_settings, _replace, _models) = (settings, replace, models ?? TinyModelRepository.WithColor());
        UseKestrel();
        lock (Starting)
            StartServer();
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Addresses[0] };
    }

    /// <summary>That of HTTP, and where it is configured that of gRPC.</summary>
    public IReadOnlyList<Uri> Addresses =>
        [.. Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Select(address => new Uri(address))];

    public HttpClient Client { get; }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        // Not as an argument of UseKestrel, which would be set after the program may already have started its server.
        builder.UseSetting("urls", "http://127.0.0.1:0");
        builder.UseSetting("Models:Path", _models.Path);
        builder.UseSetting("Serilog:MinimumLevel:Default", "Fatal");
        foreach (var (key, value) in _settings)
            builder.UseSetting(key, value);
        if (_replace is not null)
            builder.ConfigureTestServices(_replace);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Client.Dispose();
        base.Dispose(disposing);
        if (disposing && Directory.Exists(_models.Path))
            _models.Dispose();
    }
}
