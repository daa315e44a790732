namespace ResNetService.Modeling.Training;

/// <summary>
/// One shift of a whole image's colour, along the principal components of ImageNet's pixels: "ImageNet Classification with Deep
/// Convolutional Neural Networks", section 4.1. Each component is added with its eigenvalue times a number from N(0, 0.1).
/// </summary>
/// <remarks>As fractions of white: the paper's eigenvalues are of pixels from 0 to 255. The numbers are those of Facebook's fb.resnet.torch.</remarks>
internal readonly record struct ColorShift(double Red, double Green, double Blue)
{
    private const double Deviation = 0.1;

    private static readonly double[] Eigenvalues = [0.2175, 0.0188, 0.0045];

    private static readonly double[][] Components = [[-0.5675, -0.5808, -0.5836], [0.7192, -0.0045, -0.6948], [0.4009, -0.8140, 0.4203]];

    public static ColorShift Draw(Random random)
    {
        var sum = new double[3];
        foreach (var (eigenvalue, component) in Eigenvalues.Zip(Components))
        {
            var amount = Deviation * Normal(random) * eigenvalue;
            for (var channel = 0; channel < sum.Length; channel++)
                sum[channel] += amount * component[channel];
        }

        return new(sum[0], sum[1], sum[2]);
    }

    /// <summary>Box and Muller's.</summary>
    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
