using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Architectures;

/// <summary>Makes the layers of a network on one device, with the choices that the residual networks share.</summary>
internal sealed class LayerFactory(Device device)
{
    /// <summary>A square convolution without bias, padded so that stride 1 keeps the size.</summary>
    public Conv2d Conv(int inChannels, int outChannels, int kernel, int stride = 1) =>
        nn.Conv2d(inChannels, outChannels, kernel, stride, kernel / 2, bias: false, device: device);

    public BatchNorm2d BatchNorm(int channels) => nn.BatchNorm2d(channels, device: device);

    public Linear Linear(int inFeatures, int outFeatures) => nn.Linear(inFeatures, outFeatures, device: device);
}
