using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.InteropServices;
using ResNetService.Api.Errors;
using ResNetService.Api.Hosting;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Telemetry;

/// <summary>What the service measures of itself beside what ASP.NET Core and the core do.</summary>
internal sealed class ServiceMeter : IHostedService
{
    public const string Name = "ResNetService.Api";

    private readonly Counter<long> _rejections, _received;

    public ServiceMeter(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _rejections = meter.CreateCounter<long>("resnet.rejections", "{request}", "Requests that were refused or have failed, by reason: the last part of their problem's type.");
        _received = meter.CreateCounter<long>("resnet.received", "By", "Bytes of images and tensors that were received for a model.");
        meter.CreateObservableGauge("resnet.build.info", Build, description: "Always 1: which build runs.");
    }

    /// <summary>Every reason begins at 0, once there is a listener: in a series whose first value is 500 Prometheus sees no increase.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var kind in ProblemKind.All)
            Rejected(kind, 0);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Once a request, by whoever tells its caller. The reasons are those of <see cref="ProblemKind.All"/>, however many there are.</summary>
    public void Rejected(ProblemKind kind) => Rejected(kind, 1);

    public void Received(ServedModel model, long bytes) => _received.Add(bytes, new KeyValuePair<string, object?>("model", model.Name));

    private void Rejected(ProblemKind kind, int requests) => _rejections.Add(requests, new KeyValuePair<string, object?>("reason", kind.Reason));

    private static Measurement<int> Build() => new(
        1,
        new("version", Release.Version),
        new("revision", Revision),
        new("runtime", RuntimeInformation.FrameworkDescription));

    /// <summary>The commit; <c>unknown</c> for a build outside of a repository.</summary>
    private static string Revision =>
        typeof(ServiceMeter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+') is [_, var commit] ? commit : "unknown";
}
