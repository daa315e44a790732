using ResNetService.Benchmarks.Servers;

namespace ResNetService.Benchmarks.Tests.Servers;

public sealed class RepositoryOfOneTests
{
    [Fact]
    public void Repository_HasTheOneModel_AndLeavesItWhereItWas()
    {
        var all = Directory.CreateTempSubdirectory("resnet-repository-");
        try
        {
            foreach (var name in new[] { "first", "second" })
                File.WriteAllText(Path.Combine(all.CreateSubdirectory($"{name}/1").FullName, "model.onnx"), name);
            string path;
            using (var repository = new RepositoryOfOne(all.FullName, "second"))
            {
                path = repository.Path;
                Assert.Equal(["second"], Directory.EnumerateDirectories(path).Select(Path.GetFileName));
                Assert.Equal("second", File.ReadAllText(Path.Combine(path, "second", "1", "model.onnx")));
            }

            Assert.False(Directory.Exists(path));
            Assert.True(File.Exists(Path.Combine(all.FullName, "second", "1", "model.onnx")));
        }
        finally
        {
            all.Delete(recursive: true);
        }
    }
}
