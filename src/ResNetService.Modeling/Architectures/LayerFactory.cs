using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Architectures;

/// <summary>Makes the layers of a network on one device, with the choices that most networks share.</summary>
/// <param name="forTraining">Whether a network has its auxiliary heads, which only training wants.</param>
internal sealed class LayerFactory(Device device, bool forTraining = false)
{
    public bool ForTraining => forTraining;

    /// <summary>A square convolution, padded so that stride 1 keeps the size of an odd kernel's input.</summary>
    public Conv2d Conv(int inChannels, int outChannels, int kernel, int stride = 1, bool bias = false) =>
        nn.Conv2d(inChannels, outChannels, kernel, stride, kernel / 2, bias: bias, device: device);

    public BatchNorm2d BatchNorm(int channels, double eps = 1e-5) => nn.BatchNorm2d(channels, eps, device: device);

    public Linear Linear(int inFeatures, int outFeatures) => nn.Linear(inFeatures, outFeatures, device: device);

    /// <summary>A slope for each channel, 0.25 at first ("Delving Deep into Rectifiers", section 2.1).</summary>
    public PReLU PRelu(int channels) => nn.PReLU(channels, 0.25, device: device);
}
