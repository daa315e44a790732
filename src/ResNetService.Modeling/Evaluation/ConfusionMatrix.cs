namespace ResNetService.Modeling.Evaluation;

/// <summary>How many images of each class were taken for each class. Pairs that never occur take no memory.</summary>
internal sealed class ConfusionMatrix
{
    private readonly Dictionary<(int Actual, int Predicted), int> _images = [];

    public void Add(int actual, int predicted) => _images[(actual, predicted)] = this[actual, predicted] + 1;

    /// <summary>Images of class <paramref name="actual"/> whose best class was <paramref name="predicted"/>.</summary>
    public int this[int actual, int predicted] => _images.GetValueOrDefault((actual, predicted));

    /// <summary>The pairs that occur.</summary>
    public IEnumerable<(int Actual, int Predicted, int Images)> Entries => _images.Select(entry => (entry.Key.Actual, entry.Key.Predicted, entry.Value));

    /// <summary>Indices of the classes that have an image or were named for one, in ascending order.</summary>
    public IReadOnlyList<int> Classes => [.. _images.Keys.SelectMany(pair => new[] { pair.Actual, pair.Predicted }).Distinct().Order()];
}
