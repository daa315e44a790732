namespace ResNetService.Modeling.Evaluation;

/// <summary>Which parts of an image, at which sizes, are classified; the scores of all are averaged.</summary>
internal enum Views
{
    /// <summary>The centre crop, as the service sees the image.</summary>
    OneCrop,

    /// <summary>The four corners and the centre of the resized image, each with its mirror image ("ImageNet Classification with Deep Convolutional Neural Networks", section 4.1).</summary>
    TenCrop,

    /// <summary>The whole image at several sizes, each with its mirror image ("Deep Residual Learning for Image Recognition", section 3.4).</summary>
    MultiScale,
}

/// <summary>The names of <see cref="Views"/> on the command line and in reports.</summary>
internal static class ViewNames
{
    public static IReadOnlyDictionary<string, Views> All { get; } = new Dictionary<string, Views>
    {
        ["one-crop"] = Views.OneCrop,
        ["ten-crop"] = Views.TenCrop,
        ["multi-scale"] = Views.MultiScale,
    };

    public static string Of(Views views) => All.Single(name => name.Value == views).Key;
}
