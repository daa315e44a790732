using ResNetService.Modeling.Pull;

namespace ResNetService.Modeling.Tests.Pull;

public sealed class MirrorTests
{
    private static readonly Uri Published = new("https://weights.example/models/a%20b.pth?revision=1");

    [Theory]
    [InlineData("https://mirror.example", "https://mirror.example/models/a%20b.pth?revision=1")]
    [InlineData("https://mirror.example/", "https://mirror.example/models/a%20b.pth?revision=1")]
    [InlineData("http://10.0.0.1:8081/pytorch/", "http://10.0.0.1:8081/pytorch/models/a%20b.pth?revision=1")]
    public void Of_PublishedAddress_IsItsPathBehindTheMirrors(string mirror, string expected) =>
        Assert.Equal(expected, Mirror.Parse(mirror)!.Of(Published).AbsoluteUri);

    [Theory]
    [InlineData("mirror.example")]
    [InlineData("ftp://mirror.example")]
    [InlineData("/weights")]
    [InlineData("https://me:secret@mirror.example")]
    [InlineData("https://mirror.example/?a=b")]
    [InlineData("https://mirror.example/#a")]
    public void Parse_NoServersAddress_IsNull(string mirror) => Assert.Null(Mirror.Parse(mirror));
}
