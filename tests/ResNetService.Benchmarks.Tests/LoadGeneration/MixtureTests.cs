using ResNetService.Benchmarks.LoadGeneration;

namespace ResNetService.Benchmarks.Tests.LoadGeneration;

public sealed class MixtureTests
{
    [Theory]
    [InlineData(105_000, 5000)]
    [InlineData(10, 3)]
    [InlineData(5, 5)]
    [InlineData(5, 0)]
    public void Photographs_AreAsManyAsAsked_InBothHalves(int requests, int photographs)
    {
        var mixture = new Mixture(requests, photographs);
        var isPhotograph = Enumerable.Range(0, requests).Select(mixture.IsPhotograph).ToArray();

        Assert.Equal(photographs, isPhotograph.Count(photograph => photograph));
        Assert.InRange(isPhotograph.Take(requests / 2).Count(photograph => photograph), (photographs / 2) - 1, (photographs / 2) + 1);
    }
}
