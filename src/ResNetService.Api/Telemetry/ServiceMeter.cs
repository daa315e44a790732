using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.InteropServices;
using ResNetService.Api.Errors;
using ResNetService.Api.Hosting;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Telemetry;

/// <summary>What the service measures of itself beside what ASP.NET Core and the core do.</summary>
internal sealed class ServiceMeter
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

    /// <summary>Once a request, by whoever tells its caller. The reasons are those of <see cref="ProblemKind.All"/>, however many there are.</summary>
    public void Rejected(ProblemKind kind) => _rejections.Add(1, new KeyValuePair<string, object?>("reason", kind.Reason));

    public void Received(ServedModel model, long bytes) => _received.Add(bytes, new("model", model.Name), new("version", model.Version));

    private static Measurement<int> Build() => new(
        1,
        new("version", Release.Version),
        new("revision", Revision),
        new("runtime", RuntimeInformation.FrameworkDescription));

    /// <summary>The commit; <c>unknown</c> for a build outside of a repository.</summary>
    private static string Revision =>
        typeof(ServiceMeter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+') is [_, var commit] ? commit : "unknown";
}
