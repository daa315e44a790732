using ResNetService.Modeling.Architectures;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Experiments.Signals;

/// <summary>One step of a <see cref="ProbeNet"/>, of one or two layers; keeps the shape.</summary>
internal abstract class ProbeLayer(string name) : Module<Signal, Signal>(name)
{
    /// <summary>Layers one after another.</summary>
    public abstract int Depth { get; }

    public static ProbeLayer Create(LayerFactory layers, ProbeDesign design, int width) => design.Way switch
    {
        Way.Plain => new PlainLayer(layers, design, width),
        Way.Residual => new ResidualLayers(layers, design, width),
        _ => new GatedLayer(layers, design, width),
    };

    private sealed class PlainLayer : ProbeLayer
    {
        private readonly NormalizedConvolution _convolution;
        private readonly ProbeNonlinearity _nonlinearity;

        public PlainLayer(LayerFactory layers, ProbeDesign design, int width)
            : base(nameof(PlainLayer))
        {
            (_convolution, _nonlinearity) = (new(layers, design, width), new(design.Nonlinearity));
            RegisterComponents();
        }

        public override int Depth => 1;

        public override Signal forward(Signal x) => x.Through(_convolution).Through(_nonlinearity);
    }

    private sealed class ResidualLayers : ProbeLayer
    {
        private readonly NormalizedConvolution _convolution1, _convolution2;
        private readonly ProbeNonlinearity _nonlinearity1, _nonlinearity2;

        public ResidualLayers(LayerFactory layers, ProbeDesign design, int width)
            : base(nameof(ResidualLayers))
        {
            (_convolution1, _nonlinearity1) = (new(layers, design, width), new(design.Nonlinearity));
            (_convolution2, _nonlinearity2) = (new(layers, design, width), new(design.Nonlinearity));
            RegisterComponents();
        }

        public override int Depth => 2;

        public override Signal forward(Signal x) =>
            x.Through(_convolution1).Through(_nonlinearity1).Through(_convolution2).Add(x).Through(_nonlinearity2);
    }

    private sealed class GatedLayer : ProbeLayer, IInitialized
    {
        private readonly NormalizedConvolution _transform;
        private readonly ProbeNonlinearity _nonlinearity;
        private readonly Conv2d _gate;

        public GatedLayer(LayerFactory layers, ProbeDesign design, int width)
            : base(nameof(GatedLayer))
        {
            (_transform, _nonlinearity) = (new(layers, design, width), new(design.Nonlinearity));
            _gate = layers.Conv(width, width, kernel: 3, bias: true);
            RegisterComponents();
        }

        public override int Depth => 1;

        public void Initialize() => init.constant_(_gate.bias!, HighwayLayer.FirstGateBias);

        public override Signal forward(Signal x)
        {
            var change = x.Through(_transform).Through(_nonlinearity).Subtract(x);
            return x.Add(x.Conv(_gate).Sigmoid().Multiply(change));
        }
    }

    private sealed class NormalizedConvolution : Module<Signal, Signal>
    {
        private readonly Conv2d _convolution;
        private readonly BatchNorm2d? _norm;

        public NormalizedConvolution(LayerFactory layers, ProbeDesign design, int width)
            : base(nameof(NormalizedConvolution))
        {
            _convolution = layers.Conv(width, width, kernel: 3);
            _norm = design.BatchNorm ? layers.BatchNorm(width) : null;
            RegisterComponents();
        }

        public override Signal forward(Signal x) => _norm is null ? x.Conv(_convolution) : x.Conv(_convolution).BatchNorm(_norm);
    }
}
