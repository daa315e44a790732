using TorchSharp;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Torch;

/// <summary>Arithmetic whose scalars live until it is done.</summary>
/// <remarks>
/// TorchSharp's operators (<c>a + b</c>, which is a + 1 b, and every number that becomes a <see cref="Scalar"/> on the way) hand over the
/// handle of a scalar that nothing refers to any more. A garbage collection that another thread starts in that moment frees it while
/// libtorch reads it: the addition throws, or takes another number. Here the scalars are disposed after the call.
/// </remarks>
internal static class HeldScalar
{
    /// <summary>a + factor b.</summary>
    public static Tensor Plus(this Tensor a, Tensor b, double factor = 1)
    {
        using Scalar scalar = factor;
        return a.add(b, scalar);
    }

    /// <summary>a + b, to each element.</summary>
    public static Tensor Plus(this Tensor a, double b)
    {
        using Scalar scalar = b;
        return a.add(scalar);
    }

    /// <summary>Where an element is above the number.</summary>
    public static Tensor IsAbove(this Tensor a, double b)
    {
        using Scalar scalar = b;
        return a.gt(scalar);
    }

    /// <summary>a += factor b.</summary>
    public static Tensor AddInPlace(this Tensor a, Tensor b, double factor = 1)
    {
        using Scalar scalar = factor;
        return a.add_(b, scalar);
    }

    /// <summary>a *= factor.</summary>
    public static Tensor MultiplyInPlace(this Tensor a, double factor)
    {
        using Scalar scalar = factor;
        return a.mul_(scalar);
    }
}
