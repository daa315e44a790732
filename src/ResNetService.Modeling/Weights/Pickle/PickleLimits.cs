namespace ResNetService.Modeling.Weights.Pickle;

/// <summary>
/// What a pickle may cost. The checkpoint of a ResNet-152 with its optimizer has 50,000 values in 150 KB; these limits leave
/// room for a training history and keep a hostile file under some 200 MB of memory.
/// </summary>
internal static class PickleLimits
{
    /// <summary>Length of one pickle, without the tensors' elements.</summary>
    public const int MaxBytes = 32 << 20;

    /// <summary>Values made or stored for later use.</summary>
    public const int MaxValues = 1_000_000;

    /// <summary>Containers open at a time.</summary>
    public const int MaxDepth = 100;

    /// <summary>Length of one text or byte string.</summary>
    public const int MaxTextBytes = 1 << 20;

    /// <summary>Length of a global's module or name.</summary>
    public const int MaxNameBytes = 256;

    /// <summary>Characters of the keys that lead to a tensor, together.</summary>
    public const int MaxPathLength = 1000;

    /// <summary>Dictionaries in dictionaries; checkpoints have three.</summary>
    public const int MaxNesting = 10;
}
