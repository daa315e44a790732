using ResNetService.Inference.Classification;

namespace ResNetService.Inference.Tests.Classification;

public sealed class TopKTests
{
    [Theory]
    [InlineData(60)]
    [InlineData(1000)]
    public void Select_RandomValuesWithTies_IsAStableSort(int most)
    {
        var random = new Random(5);
        for (var round = 0; round < 500; round++)
        {
            var values = Enumerable.Range(0, random.Next(1, most)).Select(_ => (float)random.Next(-5, 6)).ToArray();
            var best = new int[random.Next(1, values.Length + 1)];

            TopK.Select(values, best);

            Assert.Equal(Enumerable.Range(0, values.Length).OrderByDescending(i => values[i]).Take(best.Length), best);
        }
    }
}
