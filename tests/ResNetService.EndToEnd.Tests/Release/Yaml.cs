using YamlDotNet.RepresentationModel;

namespace ResNetService.EndToEnd.Tests.Release;

internal static class Yaml
{
    /// <param name="path">Below the root of the repository.</param>
    public static YamlMappingNode Read(string path)
    {
        using var text = File.OpenText(Path.Combine(Repository.Root, path));
        var stream = new YamlStream();
        stream.Load(text);
        return (YamlMappingNode)stream.Documents.Single().RootNode;
    }
}
