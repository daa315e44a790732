using ResNetService.Benchmarks.Servers;

namespace ResNetService.Benchmarks.Tests.Servers;

public sealed class BenchmarkModelTests
{
    [Fact]
    public void Model_OfSeveralVersions_IsItsHighest()
    {
        using var repository = TinyModelRepository.WithColor().Add("color", "10").Add("color", "9");

        Assert.Equal("10", Path.GetFileName(BenchmarkModel.Find(repository.Path, "color").Directory));
    }

    [Fact]
    public void Model_ThatIsAbsent_IsNamed()
    {
        using var repository = TinyModelRepository.WithColor();

        Assert.Contains("no model shape", Assert.Throws<BenchmarkException>(() => BenchmarkModel.Find(repository.Path, "shape")).Message, StringComparison.Ordinal);
        Assert.Contains("manifest.json", Assert.Throws<BenchmarkException>(() => BenchmarkModel.Open(repository.Path)).Message, StringComparison.Ordinal);
    }
}
